/* Events in Japanese, as the menus (`Timer start event`) and the panel (`Timer Start Event`) call them. */
const KINDS = {
  Message: 'メッセージ',
  Timer: 'タイマー',
  Signal: '一斉通知',
  Error: 'エラー',
  Escalation: 'エスカレーション',
  Conditional: '条件',
  Link: 'リンク',
  Compensation: '補償',
  Compensate: '補償',
  Cancel: 'キャンセル',
  Terminate: '全体の',
};
const EVENTS = {
  'Start Event': '開始',
  'End Event': '終了',
  'Intermediate Catch Event': '待ち',
  'Intermediate Throw Event': '送り',
  'Boundary Event': '割り込み',
};

function named() {
  const words = { 'Start Event': '開始', 'End Event': '終了', 'Intermediate Throw Event': '途中の出来事', 'Boundary Event': '割り込み' };
  for (const [kind, its] of Object.entries(KINDS)) {
    for (const [event, what] of Object.entries(EVENTS)) {
      const english = `${kind} ${event}`;
      const japanese = its.endsWith('の') ? `${its}${what}` : `${its}の${what}`;
      words[english] = japanese;
      words[`${english} (Non Interrupting)`] = `${japanese}（タスクは続く）`;
      words[`${kind} ${event.toLowerCase()}`] = japanese;
      words[`${kind} ${event.toLowerCase()} (non-interrupting)`] = `${japanese}（タスクは続く）`;
    }
  }
  return words;
}

export default named();
