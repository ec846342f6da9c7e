"""What is said of each change and each open question of an import.

Patterns by code; the pages translate them, the command line takes them as they are.
"""

from __future__ import annotations

from typing import Final

from engine.domain.sentence import later

REPAIRS: Final = {
    "assignee": later("担当者を移しました"),
    "bad_id": later("使えない識別子を付け替えました"),
    "business_key": later("業務キーの受渡しを除きました（管理番号は製品が付けます）"),
    "called_key": later("呼び出す業務フローの識別名を、この製品の形にしました"),
    "called_process": later("呼び出す業務フローを移しました"),
    "called_version": later("呼び出す版の指定を除きました（公開したときの版を呼びます）"),
    "candidate_groups": later("候補の役割を移しました"),
    "candidate_users": later("候補者を移しました"),
    "carrier_name": later("名前を付けました"),
    "condition": later("条件をFEELの式にしました"),
    "correlation_key": later("照合キーを、待つイベントに移しました"),
    "data_link": later("データの関連を、点線の関連にしました"),
    "decision": later("判断表を選びました"),
    "decision_result": later("判断の結果を入れる名前を移しました"),
    "double_id": later("重なっていた識別子を付け替えました"),
    "drawing": later("見た目だけの指定を除きました"),
    "drawing_broken": later("壊れていた図の配置を除きました"),
    "drawn": later("図の配置を作りました"),
    "due_date": later("期限を移しました"),
    "empty_condition": later("空の条件を除きました"),
    "empty_reference": later("空の参照を除きました"),
    "encoding": later("文字コードをUTF-8にしました"),
    "error_code": later("エラーのコードを移しました"),
    "executable": later("実行対象にしました"),
    "extension_blocks": later("分かれていた拡張をまとめました"),
    "follow_up_date": later("再確認日を移しました"),
    "form_fields": later("入力項目から入力フォームを作りました"),
    "form_file": later("入力フォームのファイルを移しました"),
    "half_drawn": later("一部しかない図の配置を除きました（図の画面が配置を作ります）"),
    "initiator": later("始めた人の名前を読み替えました"),
    "io_specification": later("入出力の指定を、前処理と後処理に移しました"),
    "item_type": later("データの種類をXML Schemaの名前にしました"),
    "lane_name": later("レーンにプールの名前を付けました"),
    "language": later("式の言語の指定を除きました（この製品ではFEELです）"),
    "lost_reference": later("指す先のない参照を除きました"),
    "lost_shape": later("要素のない図形を除きました"),
    "mapping": later("値の受渡しを、前処理か後処理の代入にしました"),
    "misplaced": later("置き場所の違う指定を直しました"),
    "missing_id": later("識別子を付けました"),
    "named_flows": later("要素に書かれた流れの名前を、図の流れに合わせました"),
    "namespace": later("名前空間をBPMN 2.0のものにしました"),
    "order": later("中の要素の順序を直しました"),
    "prefix": later("足りない名前空間の宣言を足しました"),
    "priority": later("優先度を移しました"),
    "process_key": later("業務フローの識別名を、この製品の形にしました"),
    "reference_prefix": later("参照に付いた接頭辞を除きました"),
    "removed": later("実行に関わらない要素を除きました"),
    "repeat_count": later("回数を移しました"),
    "repeat_enough": later("完了の条件を移しました"),
    "repeat_item": later("1件の名前を移しました"),
    "repeat_list": later("対象の一覧を移しました"),
    "repeat_output": later("結果の一覧を移しました"),
    "same_name": later("同じ名前の受渡しを除きました（そのまま使えます）"),
    "script": later("スクリプトをFEELの代入にしました"),
    "starters": later("始められる役割を移しました"),
    "stray_attribute": later("BPMN 2.0にない属性を除きました"),
    "target_namespace": later("targetNamespaceを足しました"),
    "technical": later("実行エンジンの設定を除きました（この製品では要りません）"),
    "text_markup": later("文章の中の書式を除きました"),
    "timer": later("タイマーをFEELの式にしました"),
    "timer_language": later("タイマーの言語の指定を除きました"),
    "truth": later("真偽の書き方を直しました"),
}
QUESTIONS: Final = {
    "assignee": later("担当者の決め方を読み取れません。assignee にFEELの式を書きます。"),
    "call_output": later(
        "呼び出す業務フローがこの値を返すか分かりません。返す側の受渡しを決め、"
        "後処理で受け取ります。"
    ),
    "called_process": later("呼び出す業務フローを選びます。"),
    "called_version": later("版を決めて呼び出すことはできません。今の版でよいかを確かめます。"),
    "candidates": later("候補の決め方を読み取れません。候補をFEELの式で書きます。"),
    "condition": later("条件の意味を確かめられません。FEELの式で書きます。"),
    "correlation": later("照合キーは、待つイベントの correlationKey に書きます。"),
    "correlation_key": later("照合キーの式を読み取れません。FEELの式で書きます。"),
    "data_link": later("データの関連の相手が分かりません。要るものなら描き直します。"),
    "data_store": later("データストアは読み書きされません。台帳の処理にするか、図から消します。"),
    "decision": later("判断表を用意して選びます。"),
    "decision_result": later("判断の結果をどの名前に入れるかを、後処理に書きます。"),
    "double_id": later("同じ識別子の要素がありました。流れがどちらのものかを確かめます。"),
    "due_date": later("期限の決め方を読み取れません。dueDate か dueWorkingDays で決めます。"),
    "encoding": later("文字コードが分からず、推し量りました。文字化けがないかを確かめます。"),
    "error_code": later("エラーにコードがありません。errorCode を付けます。"),
    "error_message": later("エラーの文面は使われません。要るなら、持っていく内容に書きます。"),
    "error_variable": later("エラーの内容を入れる名前を、エラーの側で決めます。"),
    "field_choices": later("選択肢がありません。入力フォームで選択肢を書きます。"),
    "field_name": later("項目の名前を変えました。その項目を使う式も直します。"),
    "field_part": later("入力項目のこの指定は移していません。入力フォームで決めます。"),
    "field_type": later("入力項目の種類が分からず、文字の入力にしました。種類を確かめます。"),
    "follow_up_date": later(
        "再確認日の決め方を読み取れません。followUpDate にFEELの式を書きます。"
    ),
    "foreign": later("この指定は移していません。要るものなら、この製品の設定で書きます。"),
    "form_missing": later("この入力フォームは、ファイルにありません。作るか、選び直します。"),
    "form_part": later("入力フォームのこの部品や指定は移していません。入力フォームで直します。"),
    "group": later("この名前の役割がありません。役割の記号に直します。"),
    "group_values": later("式の値が、この製品の役割の記号になるかを確かめます。"),
    "lane": later("この名前の役割がありません。レーンを役割の名前にします。"),
    "listener": later(
        "開始や終了のときに動くプログラムは移していません。"
        "要る仕事なら、前処理、後処理、サービスタスクにします。"
    ),
    "loose_flow": later("どこにもつながらない線を除きました。要る線なら引き直します。"),
    "mapping": later("値の受渡しを移していません。前処理か後処理に代入を書きます。"),
    "message_missing": later("やり取りするメッセージを選びます。"),
    "message_name": later("メッセージの名前が式です。決まった名前にします。"),
    "message_send": later("送るプログラムは移していません。メッセージか処理を選び直します。"),
    "not_drawn": later("図の配置を作れませんでした。図の画面で「整える」を押します。"),
    "passing_task": later(
        "もとの道具では止まらずに進むタスクです。ここでは人が完了させます。それでよいかを確かめます。"
    ),
    "person": later("この利用者が、この製品にもいるかを確かめます。"),
    "priority": later("優先度の数の意味が分かりません。1（高い）から5で決めます。"),
    "process_left": later(
        "実行対象でない業務フローは下書きにしていません。要るなら別に取り込みます。"
    ),
    "repeat": later("何件をいつまで行うかを読み取れません。一覧の名前か条件を書きます。"),
    "repeat_index": later("何件目かを入れる名前は使えません。一覧の側に番号を入れます。"),
    "repeat_name": later("1件の名前が重なるため変えました。その名前を使う式も直します。"),
    "repeat_output": later("結果の集め方を読み取れません。1件の名前と一覧の名前を書きます。"),
    "script": later("スクリプトの意味を確かめられません。FEELの代入で書きます。"),
    "service": later("サービスタスクの処理を選びます。"),
    "starters": later("始められる人を決め直します（starters に役割の記号を書きます）。"),
    "timer": later("タイマーの値を読み取れません。期間か、時差のある日時か、FEELの式で書きます。"),
    "timer_calendar": later("タイマーの暦や終わりの日は移していません。要るなら式で書きます。"),
    "timer_start": later("決まった時の開始は「定期起動」に登録し、普通の開始イベントにします。"),
}
OUTSIDE: Final = {
    "message_flow": later("メッセージの流れ"),
    "pool": later("ほかのプール"),
}
