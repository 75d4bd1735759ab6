using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// The answer about an erasure, one remark after the other: first what was erased, then what stays, then what left the log before and is not reached.
/// Whoever erases has to know of all three.
/// </summary>
internal static class ErasureReply
{
    private const int MostElsewhere = 10;
    private const int MostOfIssuer = 200; // characters
    private const string Compare = "compare the issuer and the subject with: gatehouse audit search";

    /// <summary>Returns the answer.</summary>
    /// <param name="erased">The result of the erasure.</param>
    public static ControlReply Of(PersonErased erased) => erased switch
    {
        { Unfinished: { } unfinished } =>
            ControlReply.Refuse($"the erasure is not finished: {unfinished.Message}", unfinished.Remedy) with
            {
                Faults = [.. Done(erased), .. Absent(erased)],
            },
        { IsOfNobody: true } => Nothing(erased),
        { WasWaiting: true, IsInForce: false } => Sentences(["the erasure that waited for another configuration is completed", .. Done(erased), .. Absent(erased)]),
        { IsOnlyAskedFor: true } => Sentences(
            ["the log had no entry of a call or of an act of this issuer and subject, only of readings that asked for them", .. Done(erased), .. Absent(erased)]),
        _ => Sentences([.. Done(erased), .. Doubt(erased), .. Absent(erased)]),
    };

    private static ControlReply Sentences(IReadOnlyList<string> all) => ControlReply.Done(all[0]) with { Remarks = [.. all.Skip(1)] };

    private static IEnumerable<string> Done(PersonErased erased) =>
    [
        $"{Counted.Of(erased.Keys, "key")} destroyed, {Counted.Of(erased.Payloads, "kept request")} deleted, and the index deleted: "
            + "the next search builds the index again",
        "the entries stay without the person: times, issuer, servers, tools, decisions, sizes and pseudonyms. Every proof stays valid",
        .. Ended(erased), .. erased.Readings.Remarks(), .. Configurations(erased), .. Staying(erased), .. Elsewhere(erased),
    ];

    // An answer that looked like a success would end the search for the person, who is in the log under the right name. So the verdict is a line of
    // its own, before all that was done.
    private static ControlReply Nothing(PersonErased erased) => ControlReply.Refuse(Unknown(erased), erased.Lookup?.Remedy ?? Compare) with
    {
        Faults =
        [
            erased.Keys == 0 ? NothingAtAll(erased) : OnlyNamed(erased), .. erased.Readings.Remarks(), .. Configurations(erased), .. Staying(erased),
            .. Elsewhere(erased), .. Absent(erased),
        ],
    };

    private static string Unknown(PersonErased erased) => erased.Lookup switch
    {
        { Absent: not null } => "no person was erased: the entries in the folder of the audit log do not know this issuer and subject",
        { HasIssuer: false } => "no person was erased: the audit log does not know this issuer. No text of an earlier configuration was destroyed",
        _ => "no person was erased: the audit log does not know this subject of this issuer, or the person was erased before",
    };

    private static string NothingAtAll(PersonErased erased) =>
        $"nothing was erased from the audit log: {(erased.Lookup?.Absent is null ? "it has" : "its entries in the folder have")} nothing of this issuer and subject. "
        + "The act is recorded, and copies of the table of keys from before are refused from now on";

    // Where bundles are archived, the keys may be those of entries that are in them.
    private static string OnlyNamed(PersonErased erased) => erased.Lookup?.Absent is null
        ? $"the audit log names this issuer and subject only where it was asked for them; {Counted.Of(erased.Keys, "key")} of that name destroyed"
        : $"{Counted.Of(erased.Keys, "key")} of this issuer and subject destroyed; the entries in the folder name them only where the log was asked for them";

    // The person's clients notice it. A call that its server does not end is named, because the server may still carry it out.
    private static IEnumerable<string> Ended(PersonErased erased)
    {
        if (erased.Sessions + erased.Exchanges > 0)
        {
            yield return $"{Counted.Of(erased.Sessions, "session")} and "
                + $"{Counted.Of(erased.Exchanges, "open call or stream", "open calls or streams")} of the person ended";
        }

        if (erased.NotYetLeft > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{erased.NotYetLeft} of these had not ended after {PersonErased.Patience.TotalSeconds} s: ")
                + "a server may still carry them out, and their last entries have no facts about the person";
        }

        if (erased.Grants + erased.Consents > 0)
        {
            yield return $"{Counted.Of(erased.Grants, "grant")} and {Counted.Of(erased.Consents, "consent")} of the person ended: "
                + "the clients need a new sign-in";
        }
    }

    private static IEnumerable<string> Configurations(PersonErased erased)
    {
        var name = erased.WasKnown ? "person" : "subject";
        if (erased.Configurations > 0)
            yield return $"the kept texts of {Counted.Of(erased.Configurations, "earlier configuration")} that named this {name} are destroyed";
        if (erased.IsInForce) yield return $"the configuration in force names this {name}: change its files, reload, and erase again";
    }

    private static IEnumerable<string> Staying(PersonErased erased)
    {
        if (erased.Staying == 0) yield break;
        yield return $"{Counted.Of(erased.Staying, "key")} of acts that name the subject without an issuer {(erased.Staying == 1 ? "stays" : "stay")}, "
            + "because they may be about this subject at another issuer";
    }

    // The name at another issuer may be a typo of this person, or another person: only the administrator knows. A reader of the log typed it, so it
    // is quoted.
    private static IEnumerable<string> Elsewhere(PersonErased erased)
    {
        if (erased.Elsewhere.Count == 0) yield break;
        var keys = erased.Elsewhere.Sum(static one => one.Keys);
        var named = erased.Elsewhere.Select(static one => one.Issuer).Where(static issuer => issuer.Length > 0).Order(StringComparer.Ordinal)
            .ToList();
        var more = named.Count > MostElsewhere ? ", ..." : "";
        yield return $"{Counted.Of(keys, "key")} of this subject {(keys == 1 ? "stays" : "stay")} at {Counted.Of(erased.Elsewhere.Count, "issuer")} for which "
            + "the log was only asked" + (named.Count == 0 ? "" : $" ({string.Join(", ", named.Take(MostElsewhere).Select(Quoted))}{more})")
            + ": if it was a typo, also run gatehouse audit erase with that issuer and this subject";
    }

    private static string Quoted(string issuer) => $"\"{(issuer.Length > MostOfIssuer ? issuer[..MostOfIssuer] + "…" : issuer)}\"";

    private static IEnumerable<string> Absent(PersonErased erased) => erased.Lookup?.Absent is { } absent ? [absent] : [];

    private static IEnumerable<string> Doubt(PersonErased erased) => erased.Lookup switch
    {
        { } known when !erased.WasKnown =>
            [$"{(known.Absent is null ? "the audit log has" : "the entries in the folder have")} nothing else of this issuer and subject, apart from searches for them: {known.Remedy}"],
        { HasCalls: false, Absent: null } when !erased.WasWaiting => [$"the log had no call of this person: if you expect some, {Compare}"],
        _ => [],
    };
}
