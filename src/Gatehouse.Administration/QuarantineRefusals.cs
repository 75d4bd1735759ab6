namespace Gatehouse.Administration;

/// <summary>Refusals of acts about withheld results.</summary>
internal sealed partial record ActionRefusal
{
    private const string ListResults = "list the results with: gatehouse quarantine list --all";
    private const string ResultsOverHttp = "the act quarantine.list with \"all\":true has the results";

    public static ActionRefusal NoResultNamed { get; } =
        new("this is not the id of a withheld result", "give an id, as 'gatehouse quarantine list' prints it")
        { Why = "no-result", RemedyOverHttp = "give the member id, as the act quarantine.list has it" };

    public static ActionRefusal NoResultRight { get; } = new("this administrator may not read withheld results of this caller",
        "name the administrator in administration.reading.payloads, and in administration.reading.own, .groups or .all")
    { Why = "no-payload-right" };

    public static ActionRefusal ReleaseTooLarge { get; } =
        new("the findings and the reason are larger than what the store keeps of an act, so nothing was changed",
            "give a shorter reason; a result with too many findings can be deleted only")
        { Why = "act-too-large" };

    public static ActionRefusal NoRoomForCases { get; } = new("there is no room for further false alarms",
        "take the cases with 'gatehouse quarantine cases', delete the files in quarantine-cases of the state folder, or release without --false-alarm")
    {
        Why = "cases-full",
        RemedyOverHttp = "take the cases with the act quarantine.cases, have the files in quarantine-cases of the state folder deleted, or release without falseAlarm",
    };

    public static ActionRefusal CaseNotWritten(string message) =>
        new($"the false alarm was not kept, so the result is not released: {message}", "make room in the state folder, or release without --false-alarm")
        { Why = "case-not-written", RemedyOverHttp = "have room made in the state folder, or release without falseAlarm" };

    public static ActionRefusal ReleaseNotRecorded { get; } =
        new("the audit log cannot be written; if the release is stored, it has no effect before its entry is written",
            "make room for the audit log, then look with: gatehouse quarantine list --all; if the result is still kept, release it again")
        { Why = "not-recorded", RemedyOverHttp = "make room for the audit log, then look at the result again" };

    public static ActionRefusal DeletionNotRecorded { get; } =
        new("the audit log cannot be written; if the result is deleted, its entry follows",
            "make room for the audit log, then look with: gatehouse quarantine list --all; if the result is still there, delete it again")
        { Why = "not-recorded", RemedyOverHttp = "make room for the audit log, then look at the result again" };

    /// <summary>Makes a refusal for an id that no result has.</summary>
    public static ActionRefusal UnknownResult(string id) => new($"there is no withheld result {id}", ListResults)
    { Why = "unknown-result", RemedyOverHttp = ResultsOverHttp };

    /// <summary>Makes a refusal for a text that the gateway did not show to this person.</summary>
    public static ActionRefusal ResultNotShown(string id) =>
        new($"the text of {id} with this digest was not shown to you, so you cannot release it",
            $"look at it with 'gatehouse quarantine show {id}', then release it with the digest that it prints for you")
        { Why = QuarantineActs.NotShown, RemedyOverHttp = "send quarantine.show with this id, and give the member shown as its answer has it" };

    /// <summary>Makes a refusal for a result that cannot be opened any more.</summary>
    public static ActionRefusal ResultNotReadable(string id) =>
        new($"{id} cannot be opened any more, because its caller was erased or another build of Gatehouse stored it",
            "delete it; otherwise it expires by itself")
        { Why = QuarantineActs.NotReadable };

    /// <summary>Makes a refusal for a result that is taken, deleted or over.</summary>
    /// <param name="id">The result.</param>
    /// <param name="state">The state, such as "deleted".</param>
    public static ActionRefusal ResultOver(string id, string state) =>
        new($"{id} is {state} already; nothing was changed", "see who released or deleted it with: gatehouse quarantine list --all")
        { Why = QuarantineActs.Over, RemedyOverHttp = ResultsOverHttp };
}
