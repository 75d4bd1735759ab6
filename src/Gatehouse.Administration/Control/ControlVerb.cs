namespace Gatehouse.Administration.Control;

/// <summary>A word of the control socket: its members, and the reading of its requests.</summary>
/// <param name="Word">The word.</param>
/// <param name="Members">The members that a request with it may have. One with another member is refused: it meant something else.</param>
/// <param name="Read">Reads a request.</param>
internal sealed record ControlVerb(string Word, string[] Members, Func<ControlRequest, ControlReading> Read);

/// <summary>The words about one part of a host.</summary>
/// <param name="Verbs">The words.</param>
/// <param name="Write">Returns the request for an act; null for an act about another part.</param>
internal sealed record ControlWords(IReadOnlyList<ControlVerb> Verbs, Func<AdministrativeAction, ControlRequest?> Write)
{
    /// <summary>Returns a text as a member; an empty one is left out.</summary>
    public static string? OrNull(string text) => text.Length == 0 ? null : text;
}
