using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about rights for a time. A request is shown, granted and denied by the words about questions.</summary>
internal static class AccessWords
{
    private const string CurrentState = "current";
    private const string EveryState = "all";

    public static ControlWords All { get; } = new(
        [
            new("access.request", ["rule", "seconds", "reason"],
                static request => new RequestAccess(request.Rule ?? "", request.Seconds ?? 0, request.Reason ?? "")),
            new("access.list", ["state"], ReadList),
            new("access.revoke", ["id", "reason"], static request => new RevokeAccess(request.Id ?? "", request.Reason ?? "")),
        ],
        static act => act switch
        {
            RequestAccess asked => new ControlRequest
            { Verb = "access.request", Rule = OrNull(asked.Rule), Seconds = asked.Seconds, Reason = OrNull(asked.Reason) },
            ListAccess list => new ControlRequest { Verb = "access.list", State = list.WithOver ? EveryState : null },
            RevokeAccess revoke => new ControlRequest { Verb = "access.revoke", Id = OrNull(revoke.Id), Reason = OrNull(revoke.Reason) },
            _ => null,
        });

    private static ControlReading ReadList(ControlRequest request) => request.State switch
    {
        null or CurrentState => new ListAccess(WithOver: false),
        EveryState => new ListAccess(WithOver: true),
        _ => ActionRefusal.NoAccessState,
    };
}
