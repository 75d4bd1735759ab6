using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>The entries about containments in the audit log. Each returns when it is durable.</summary>
/// <param name="journal">The control entries.</param>
/// <param name="marks">The marks of persons who are contained.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainmentJournal(IAdministrationJournal journal, PersonMarks marks, TimeProvider time)
{
    /// <summary>Returns the facts of a containment that begins now, with the mark of its person.</summary>
    public ContainmentFacts Marked(ContainmentFacts facts) => facts.Kind != ContainmentKind.User ? facts : facts with
    {
        Mark = marks.Of(new SubjectOwner(facts.Issuer, facts.Name), EntryClass.Administration, time.GetUtcNow()),
    };

    /// <summary>Writes that something is contained.</summary>
    /// <param name="made">The containment.</param>
    /// <param name="cut">What it cut; null for an entry that follows later.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> MadeAsync(Contained made, ContainmentCut? cut) => NoteAsync("containment.made", made, made.Facts.Act,
        cut is null ? [("recovered", "yes")] :
        [
            ("cut", Text(cut.Requests + cut.Streams)), ("unknown", Text(cut.Unknown)), ("milliseconds", Text(cut.Milliseconds)),
        ]);

    /// <summary>Writes that something is released.</summary>
    /// <param name="released">The containment.</param>
    /// <param name="by">The act; null where it cannot be opened any more.</param>
    /// <param name="isRecovered">True for an entry that follows later.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> ReleasedAsync(Contained released, ContainmentAct? by, bool isRecovered) =>
        NoteAsync("containment.released", released, by, isRecovered ? [("recovered", "yes")] : []);

    private async Task<bool> NoteAsync(string act, Contained one, ContainmentAct? by, (string Name, string Value)[] further)
    {
        var began = time.GetTimestamp(); // before the question for the mark: an erasure after it is found by the time
        (string Name, string Value)[] about;
        try
        {
            about = About(one.Facts);
        }
        catch (StoreException)
        {
            return false; // no entry can be sealed either
        }

        (string Name, string Value)[] all =
        [
            ("containment", one.Id), ("kind", ContainmentKinds.WordOf(one.Facts.Kind)), .. about, .. further,
            ("byIssuer", by?.Issuer ?? ""), ("by", by?.By ?? ""), ("statedReason", by?.Reason ?? ""),
        ];
        return await journal.Since(began).NoteDurableAsync(act, [.. all.Where(static fact => fact.Value.Length > 0)]).ConfigureAwait(false);
    }

    // Servers and tools are in clear. A user is sealed under the key of the person, and absent after an erasure: the containment holds nevertheless.
    private (string Name, string Value)[] About(ContainmentFacts facts) => facts.Kind switch
    {
        ContainmentKind.Server => [("server", facts.Name)],
        ContainmentKind.Tool => [("server", facts.Name), ("target", facts.Tool)],
        ContainmentKind.User => marks.MayName(facts.Mark) ? [("caller", $"{facts.Issuer} {facts.Name}")] : [],
        ContainmentKind.Client => [("client", facts.Name), ("aboutIssuer", facts.Issuer)],
        _ => [("session", facts.Name)],
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
