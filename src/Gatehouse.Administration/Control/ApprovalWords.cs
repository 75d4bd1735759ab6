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
            new("approval.show", ["id", "remember", "seconds"], static request => ReadShow(request)),
            new("approval.grant", ["id", "digest", "shown", "reason", "remember", "seconds"], static request => ReadAnswer(request, grants: true)),
            new("approval.deny", ["id", "digest", "shown", "reason"], static request => ReadAnswer(request, grants: false)),
            new("approval.forget", ["id", "reason"], static request => new ForgetApproval(request.Id ?? "", request.Reason ?? "")),
            new("approval.revoke", ["id", "reason"], static request => new RevokeApproval(request.Id ?? "", request.Reason ?? "")),
        ],
        static act => act switch
        {
            ListApprovals list => new ControlRequest { Verb = "approval.list", State = list.WithAnswered ? EveryState : null },
            ShowApproval show => With(new ControlRequest { Verb = "approval.show", Id = OrNull(show.Id) }, show.Remember),
            ForgetApproval forget => new ControlRequest { Verb = "approval.forget", Id = OrNull(forget.Id), Reason = OrNull(forget.Reason) },
            AnswerApproval answer => Of(answer),
            RevokeApproval revoke => new ControlRequest { Verb = "approval.revoke", Id = OrNull(revoke.Id), Reason = OrNull(revoke.Reason) },
            _ => null,
        });

    private static ControlRequest Of(AnswerApproval answer) => With(new ControlRequest
    {
        Verb = answer.Grants ? "approval.grant" : "approval.deny",
        Id = OrNull(answer.Id),
        Digest = OrNull(answer.Digest),
        Shown = OrNull(answer.Shown),
        Reason = OrNull(answer.Reason),
    }, answer.Remember);

    private static ControlRequest With(ControlRequest request, RememberWish? wish) => wish is null ? request
        : request with { Remember = wish.Words, Seconds = wish.Lasts is { } lasts ? (int)lasts.TotalSeconds : null };

    private static ControlReading ReadShow(ControlRequest request)
    {
        var act = new ShowApproval(request.Id ?? "");
        if (HasNoWish(request)) return act;
        return WishOf(request) is { } wish ? act with { Remember = wish } : ActionRefusal.NoRememberWords;
    }

    // A time without the calls that it is about is a mistake, and is refused.
    private static bool HasNoWish(ControlRequest request) => request is { Remember: null, Seconds: null };

    private static RememberWish? WishOf(ControlRequest request)
    {
        TimeSpan? lasts = request.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return RememberWish.TryRead(request.Remember ?? "", lasts, out var wish) ? wish : null;
    }

    private static ControlReading ReadList(ControlRequest request) => request.State switch
    {
        null or OpenState => new ListApprovals(WithAnswered: false),
        EveryState => new ListApprovals(WithAnswered: true),
        _ => ActionRefusal.NoApprovalState,
    };

    private static ControlReading ReadAnswer(ControlRequest request, bool grants)
    {
        var act = new AnswerApproval(request.Id ?? "", grants, request.Digest ?? "", request.Shown ?? "", request.Reason ?? "");
        if (HasNoWish(request)) return act;
        return WishOf(request) is { } wish ? act with { Remember = wish } : ActionRefusal.NoRememberWords;
    }
}
