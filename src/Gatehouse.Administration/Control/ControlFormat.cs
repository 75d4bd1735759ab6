namespace Gatehouse.Administration.Control;

/// <summary>
/// The words of the control socket: the mapping of requests and acts, in both directions. Each part of a host has its words in a file of its own.
/// </summary>
internal static class ControlFormat
{
    private static readonly ControlWords[] Parts = [CommandWords.All, LogWords.All];

    private static readonly Dictionary<string, ControlVerb> Verbs =
        Parts.SelectMany(static part => part.Verbs).ToDictionary(static verb => verb.Word, StringComparer.Ordinal);

    /// <summary>Returns a word with its members; null for an unknown one.</summary>
    public static ControlVerb? Find(string word) => Verbs.GetValueOrDefault(word);

    /// <summary>Reads a request. One with a member that its act does not have is refused: it meant something else.</summary>
    public static ControlReading Read(ControlRequest request)
    {
        if (request.Version != ControlRequest.FormatVersion) return ActionRefusal.UnknownVersion;
        if (!Verbs.TryGetValue(request.Verb, out var found)) return ActionRefusal.UnknownAct;
        if (Members(request).Any(member => !found.Members.Contains(member)) || HasNullInList(request)) return ActionRefusal.NotUnderstood;
        return found.Read(request);
    }

    /// <summary>Writes the request for an act.</summary>
    public static ControlRequest Write(AdministrativeAction act) =>
        Parts.Select(part => part.Write(act)).FirstOrDefault(static request => request is not null)
            ?? throw new ArgumentOutOfRangeException(nameof(act), act.Name, "the socket has no word for this act");

    /// <summary>Writes the request for approvals of several commands, which one confirmation covers.</summary>
    public static ControlRequest Write(IReadOnlyList<ApproveServerCommand> acts) => CommandWords.Of(acts);

    // The serializer refuses a null in place of a member, and not in a list.
    private static bool HasNullInList(ControlRequest request) =>
        request.Scopes?.Contains(null!) == true || request.Commands?.Any(static command => command is null
            || command.Arguments.Contains(null!) || command.Environment.Contains(null!) || command.Minimum?.Values.Contains(null!) == true) == true;

    private static IEnumerable<string> Members(ControlRequest request)
    {
        (string Name, object? Value)[] members =
        [
            ("session", request.Session), ("kind", request.Kind), ("issuer", request.Issuer), ("value", request.Value), ("subject", request.Subject),
            ("server", request.Server), ("client", request.Client), ("resource", request.Resource), ("scopes", request.Scopes),
            ("seconds", request.Seconds), ("digest", request.Digest), ("until", request.Until), ("reason", request.Reason),
            ("commands", request.Commands), ("purpose", request.Purpose), ("search", request.Search), ("payload", request.Payload),
            ("limit", request.Limit), ("force", request.Force), ("id", request.Id), ("shown", request.Shown), ("state", request.State),
            ("falseAlarm", request.FalseAlarm), ("rule", request.Rule), ("remember", request.Remember),
        ];
        return members.Where(member => member.Value is not null).Select(member => member.Name);
    }
}
