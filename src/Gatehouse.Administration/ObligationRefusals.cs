using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Refusals of acts that need a second person.</summary>
internal sealed partial record ActionRefusal
{
    public static ActionRefusal ActNeedsToken { get; } =
        new("this act needs a second person, and a confirmation at a terminal names no person",
            "give your access token for the administration audience with --token-file")
        { Why = "no-token", RemedyOverHttp = TokenInHeader };

    public static ActionRefusal AskerGrants { get; } =
        new("you asked for this act yourself", "ask another person who may grant it") { Why = "approver-is-requester" };

    public static ActionRefusal TooManyActs { get; } =
        new("as many acts wait for a second person as there may be", "wait until some are answered: gatehouse approval list")
        { Why = "too-many", RemedyOverHttp = "wait until some are answered; the act approval.list has them" };

    public static ActionRefusal ActChanging { get; } =
        new("the question about this act changed while it was looked at; nothing was changed", "run the command again")
        { Why = "changing", RemedyOverHttp = "send the request again" };

    public static ActionRefusal LargeAct { get; } =
        new("the parameters of the act are too large to be shown to a second person", "shorten the reason") { Why = "too-large" };

    public static ActionRefusal ActNotRecorded { get; } =
        new("the audit log cannot be written, so nothing was changed; a question about the act may be stored, and counts once its entry is written",
            "make room for the audit log, then run the command again")
        { Why = "not-recorded", RemedyOverHttp = RoomThenSend };

    /// <summary>Makes a refusal for an act that waits for a second person.</summary>
    /// <param name="id">The question.</param>
    /// <param name="until">The end of the question.</param>
    public static ActionRefusal ActWaits(string id, DateTimeOffset until) =>
        new($"{id} waits for a second person to grant this act, until {Moments.Words(until)}; nothing was changed",
            $"the second person looks at it with 'gatehouse approval show {id} --token-file FILE'; after the grant, run the same command again")
        {
            Why = "second-person",
            RemedyOverHttp = "the second person sends approval.show and approval.grant with this id; after the grant, send the same request again",
        };

    /// <summary>Makes a refusal for an act that a second person denied.</summary>
    /// <param name="id">The question.</param>
    public static ActionRefusal ActDenied(string id) =>
        new($"a second person denied this act: {id}; nothing was changed", "see who and why with: gatehouse approval list --all")
        { Why = "denied", RemedyOverHttp = ListOverHttp };

    /// <summary>Makes a refusal for a person who may not answer.</summary>
    public static ActionRefusal NoRightToGrantAct(string subject, string act) =>
        new($"{subject} may not answer for the act {act}", "name the person in 'secondPerson' of the entry in administration.obligations")
        { Why = "no-right-to-grant" };
}
