using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about questions to people.</summary>
internal static class ApprovalWords
{
    private const string OpenState = "open";
    private const string EveryState = "all";

    public static ControlWords All { get; } = new(
        [
            new("approval.list", ["state"], ReadList),
            new("approval.show", ["id"], static request => new ShowApproval(request.Id ?? "")),
            new("approval.grant", ["id", "digest", "shown", "reason"], static request => ReadAnswer(request, grants: true)),
            new("approval.deny", ["id", "digest", "shown", "reason"], static request => ReadAnswer(request, grants: false)),
            new("approval.revoke", ["id", "reason"], static request => new RevokeApproval(request.Id ?? "", request.Reason ?? "")),
        ],
        static act => act switch
        {
            ListApprovals list => new ControlRequest { Verb = "approval.list", State = list.WithAnswered ? EveryState : null },
            ShowApproval show => new ControlRequest { Verb = "approval.show", Id = OrNull(show.Id) },
            AnswerApproval answer => Of(answer),
            RevokeApproval revoke => new ControlRequest { Verb = "approval.revoke", Id = OrNull(revoke.Id), Reason = OrNull(revoke.Reason) },
            _ => null,
        });

    private static ControlRequest Of(AnswerApproval answer) => new()
    {
        Verb = answer.Grants ? "approval.grant" : "approval.deny",
        Id = OrNull(answer.Id),
        Digest = OrNull(answer.Digest),
        Shown = OrNull(answer.Shown),
        Reason = OrNull(answer.Reason),
    };

    private static ControlReading ReadList(ControlRequest request) => request.State switch
    {
        null or OpenState => new ListApprovals(WithAnswered: false),
        EveryState => new ListApprovals(WithAnswered: true),
        _ => ActionRefusal.NoApprovalState,
    };

    private static ControlReading ReadAnswer(ControlRequest request, bool grants) =>
        new AnswerApproval(request.Id ?? "", grants, request.Digest ?? "", request.Shown ?? "", request.Reason ?? "");
}
