// Slack's short names for the common emoji, ten a line. Source: the `short_name`s of iamcal/emoji-data, which Slack uses.
const named = new Map(
  [
    'white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑',
    'rotating_light 🚨|construction 🚧|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫',
    'large_green_square 🟩|large_yellow_square 🟨|large_red_square 🟥|white_large_square ⬜|black_large_square ⬛|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐',
    'information_source ℹ️|question ❓|grey_question ❔|exclamation ❗|bangbang ‼️|bulb 💡|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓',
    'closed_lock_with_key 🔐|key 🔑|shield 🛡️|bell 🔔|no_bell 🔕|loudspeaker 📢|mega 📣|speech_balloon 💬|thought_balloon 💭|eyes 👀',
    'floppy_disk 💾|minidisc 💽|cd 💿|package 📦|file_folder 📁|open_file_folder 📂|card_file_box 🗃️|file_cabinet 🗄️|wastebasket 🗑️|paperclip 📎',
    'page_facing_up 📄|scroll 📜|memo 📝|pencil2 ✏️|clipboard 📋|bookmark_tabs 📑|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|calendar 📆',
    'date 📅|link 🔗|anchor ⚓|ship 🚢|whale 🐳|rocket 🚀|airplane ✈️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️',
    'gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|magnet 🧲|satellite 🛰️|electric_plug 🔌|battery 🔋|computer 💻|desktop_computer 🖥️|globe_with_meridians 🌐',
    'arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|fast_forward ⏩',
    'rewind ⏪|arrow_forward ▶️|pause_button ⏸️|black_square_for_stop ⏹️|record_button ⏺️|heavy_plus_sign ➕|heavy_minus_sign ➖|star ⭐|sparkles ✨|zap ⚡',
    'fire 🔥|boom 💥|bug 🐛|snowflake ❄️|sunny ☀️|cloud ☁️|umbrella ☔|ocean 🌊|evergreen_tree 🌲|seedling 🌱',
    'tada 🎉|confetti_ball 🎊|trophy 🏆|medal 🎖️|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|dart 🎯|game_die 🎲|gift 🎁',
    '+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|clap 👏|raised_hands 🙌|pray 🙏|wave 👋|point_right 👉',
    'point_left 👈|point_up 👆|point_down 👇|raised_hand ✋|muscle 💪|handshake 🤝|crossed_fingers 🤞|v ✌️|writing_hand ✍️|robot_face 🤖',
    'smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|wink 😉|joy 😂|sweat_smile 😅|thinking_face 🤔|neutral_face 😐|sleeping 😴',
    'cry 😢|sob 😭|scream 😱|sunglasses 😎|partying_face 🥳|face_with_monocle 🧐|heart ❤️|green_heart 💚|blue_heart 💙|broken_heart 💔',
    '100 💯|zzz 💤|sos 🆘|new 🆕|ok 🆗|recycle ♻️|infinity ♾️|radioactive_sign ☢️|hourglass_done ⌛|coffee ☕',
    'one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟',
    'busts_in_silhouette 👥|bust_in_silhouette 👤|technologist 🧑‍💻|office 🏢|house 🏠|door 🚪|ladder 🪜|lifebuoy 🛟|ring_buoy 🛟|fire_extinguisher 🧯',
  ].flatMap((line) => line.split('|').map((pair) => pair.split(' '))),
);

export function isEmoji(name) {
  return named.has(name);
}

export function emojiCharacter(name) {
  return named.get(name) ?? `:${name}:`;
}
