using System.Globalization;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Containment;

/// <summary>The entries about containments in the audit log. Each returns when it is durable.</summary>
/// <param name="note">Writes a control entry and returns whether it is durable.</param>
internal sealed class ContainmentJournal(Func<string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>Writes that something is contained.</summary>
    /// <param name="made">The containment.</param>
    /// <param name="cut">What it cut; null for an entry that is made up for.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> MadeAsync(Contained made, ContainmentCut? cut) => NoteAsync("containment.made", made, made.Facts.Act,
        cut is null ? [("recovered", "yes")] :
        [
            ("cut", Text(cut.Requests + cut.Streams)), ("unknown", Text(cut.Unknown)), ("milliseconds", Text(cut.Milliseconds)),
        ]);

    /// <summary>Writes that something is released.</summary>
    /// <param name="released">The containment.</param>
    /// <param name="by">The act; null where it cannot be opened any more.</param>
    /// <param name="isRecovered">True for an entry that is made up for.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> ReleasedAsync(Contained released, ContainmentAct? by, bool isRecovered) =>
        NoteAsync("containment.released", released, by, isRecovered ? [("recovered", "yes")] : []);

    private Task<bool> NoteAsync(string act, Contained one, ContainmentAct? by, (string Name, string Value)[] further)
    {
        (string Name, string Value)[] all =
        [
            ("containment", one.Id), ("kind", ContainmentKinds.WordOf(one.Facts.Kind)), .. About(one.Facts), .. further,
            ("byIssuer", by?.Issuer ?? ""), ("by", by?.By ?? ""), ("statedReason", by?.Reason ?? ""),
        ];
        return note(act, [.. all.Where(static fact => fact.Value.Length > 0)]);
    }

    // Servers and tools are in clear. A user or client is sealed under the key of the person.
    private static (string Name, string Value)[] About(ContainmentFacts facts) => facts.Kind switch
    {
        ContainmentKind.Server => [("server", facts.Name)],
        ContainmentKind.Tool => [("server", facts.Name), ("target", facts.Tool)],
        ContainmentKind.User => [("caller", $"{facts.Issuer} {facts.Name}")],
        ContainmentKind.Client => [("client", facts.Name), ("aboutIssuer", facts.Issuer)],
        _ => [("session", facts.Name)],
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
