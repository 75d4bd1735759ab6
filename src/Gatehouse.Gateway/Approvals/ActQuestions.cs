using System.Text;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The act of administration that a person wants to do. A part of the sealed facts of a question.</summary>
/// <param name="Name">The name of the act, as the audit log has it.</param>
internal sealed record ActAsked(string Name);

/// <summary>Questions whether an act of administration may be done: its obligation, its facts, and who may answer.</summary>
internal static class ActQuestions
{
    /// <summary>The beginning of the id of a question about an act.</summary>
    public const string IdPrefix = "act-";

    /// <summary>The name of the act that releases what is contained.</summary>
    public const string Release = "release";

    private const string Contain = "contain";
    private const string Source = "administration.obligations";

    /// <summary>Returns the obligation of an act; null for none.</summary>
    public static ActObligation? ObligationOf(GatewaySettings settings, string act) =>
        settings.Administration.Obligations.FirstOrDefault(one => one.Acts.Contains(act, StringComparer.Ordinal));

    /// <summary>
    /// Returns the obligation by which an act is asked about. A containment without a second person of its own is asked about as its release is,
    /// where only a grant shows that a person is left who could grant the release. Null for none.
    /// </summary>
    public static ActObligation? AskedObligationOf(GatewaySettings settings, string act) =>
        ObligationOf(settings, act) is var own && act == Contain && own?.SecondPerson is null
            && ObligationOf(settings, Release) is { SecondPerson: { } second } release
            ? new ActObligation { Acts = [Contain], NeedsReason = own?.NeedsReason == true, SecondPerson = second, Expires = release.Expires } : own;

    /// <summary>Returns an obligation as a configuration writes it. A grant counts only as long as it is the same.</summary>
    public static string TextOf(ActObligation obligation)
    {
        var text = new StringBuilder($"acts: [{string.Join(", ", obligation.Acts)}]\n");
        if (obligation.NeedsReason) text.Append("reason: required\n");
        if (obligation.SecondPerson is { } who) text.Append("secondPerson: ").Append(WhoWriter.Write(who)).Append('\n');
        text.Append("expires: ").Append(Durations.Words(obligation.Expires)).Append('\n');
        return text.ToString();
    }

    /// <summary>Returns whether a person may answer a question about an act, by the obligation that is in force now.</summary>
    public static bool MayAnswer(GatewaySnapshot snapshot, ActAsked asked, PolicySubject person) =>
        AskedObligationOf(snapshot.Settings, asked.Name)?.SecondPerson?.Matches(person) == true;

    /// <summary>
    /// Returns whether the grant of a person still counts. How the person signed in was judged with the answer, and is not kept with it.
    /// </summary>
    public static bool StillMayAnswer(GatewaySnapshot snapshot, ActAsked asked, PolicySubject person) =>
        AskedObligationOf(snapshot.Settings, asked.Name)?.SecondPerson is { } who && (who with { Strengths = null }).Matches(person);

    /// <summary>Returns whether the obligation that asked is in force unchanged.</summary>
    public static bool IsInForce(GatewaySnapshot snapshot, ActAsked asked, IReadOnlyList<AskingRule> rules) =>
        AskedObligationOf(snapshot.Settings, asked.Name) is { SecondPerson: not null } now && rules is [var rule] && TextOf(now) == rule.Text;

    /// <summary>Returns the facts of a question.</summary>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="obligation">The obligation of the act.</param>
    /// <param name="person">The person who wants to do it.</param>
    /// <param name="act">The name of the act.</param>
    /// <param name="parameters">Its parameters, as JSON.</param>
    public static ApprovalFacts FactsOf(
        GatewaySnapshot snapshot, ActObligation obligation, VerifiedToken person, string act, ReadOnlyMemory<byte> parameters) => new()
        {
            Issuer = person.Issuer,
            Subject = person.Subject,
            Client = person.ClientId,
            Endpoint = "",
            Server = "",
            Source = "",
            Method = act,
            Rules = [new AskingRule(Source, "act", TextOf(obligation), IsOfPolicy: true)],
            Generation = snapshot.Generation,
            ExchangeId = "",
            Terms = new ApprovalTerms { Expires = obligation.Expires },
            Act = new ActAsked(act),
            Parameters = parameters,
        };
}
