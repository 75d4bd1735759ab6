using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about withheld results.</summary>
internal static class QuarantineWords
{
    private const string KeptState = "kept";
    private const string EveryState = "all";

    public static ControlWords All { get; } = new(
        [
            new("quarantine.list", ["state"], ReadList),
            new("quarantine.show", ["id", "reason"], static request => new ShowQuarantined(request.Id ?? "") { Reason = request.Reason ?? "" }),
            new("quarantine.release", ["id", "shown", "reason", "falseAlarm"], static request =>
                new ReleaseQuarantined(request.Id ?? "", request.Shown ?? "", request.Reason ?? "", request.FalseAlarm == true)),
            new("quarantine.delete", ["id", "reason"], static request => new DeleteQuarantined(request.Id ?? "", request.Reason ?? "")),
            new("quarantine.cases", ["reason"], static request => new ListQuarantineCases { Reason = request.Reason ?? "" }),
        ],
        static act => act switch
        {
            ListQuarantine list => new ControlRequest { Verb = "quarantine.list", State = list.WithFinished ? EveryState : null },
            ShowQuarantined show => new ControlRequest { Verb = "quarantine.show", Id = OrNull(show.Id), Reason = OrNull(show.Reason) },
            ReleaseQuarantined release => Of(release),
            DeleteQuarantined delete => new ControlRequest { Verb = "quarantine.delete", Id = OrNull(delete.Id), Reason = OrNull(delete.Reason) },
            ListQuarantineCases cases => new ControlRequest { Verb = "quarantine.cases", Reason = OrNull(cases.Reason) },
            _ => null,
        });

    private static ControlRequest Of(ReleaseQuarantined release) => new()
    {
        Verb = "quarantine.release",
        Id = OrNull(release.Id),
        Shown = OrNull(release.Shown),
        Reason = OrNull(release.Reason),
        FalseAlarm = release.FalseAlarm ? true : null,
    };

    private static ControlReading ReadList(ControlRequest request) => request.State switch
    {
        null or KeptState => new ListQuarantine(WithFinished: false),
        EveryState => new ListQuarantine(WithFinished: true),
        _ => ActionRefusal.NoResultState,
    };
}
