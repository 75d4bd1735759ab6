using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>
/// The people of signed answers. What a token would say of a person, the configuration says here: groups and roles are never read from an answer. How
/// and when the person signed in, the signer says, and it is judged as for a token (AZ-10).
/// </summary>
/// <param name="host">The host.</param>
internal sealed class WebhookPeople(GatewayHost host)
{
    /// <summary>The longest time from the signature to the arrival of an answer.</summary>
    public static readonly TimeSpan AnswerLife = TimeSpan.FromMinutes(5);

    /// <summary>The most by which the clock of a signer may be ahead.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    private DateTimeOffset Now => host.Core.Services.Options.Time.GetUtcNow();

    /// <summary>Returns why a signed answer is not one of this person now; null where it is.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="approvers">The people of its key.</param>
    public ActionRefusal? RefusalOf(SignedAnswer answer, WebhookApprovers approvers)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(approvers);
        if (Now - answer.SignedAt > AnswerLife || answer.SignedAt - Now > ClockSkew) return ActionRefusal.AnswerTime;
        if (!approvers.Has(answer.Issuer, answer.Subject)) return ActionRefusal.AnswerPerson;
        var revocations = host.Core.Services.ApprovalBook.Revocations;
        return WebhookAudience.IsRevoked(revocations, host.Snapshots.Current, answer.Issuer, answer.Subject, answer.SignedAt)
            ? ActionRefusal.PersonRevoked : null;
    }

    /// <summary>Returns the person as acts of administration know one: never an administrator, and of no client.</summary>
    public AdministratorToken TokenOf(SignedAnswer answer, WebhookApprovers approvers)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(approvers);
        var person = new VerifiedToken(NoClaims)
        {
            Issuer = answer.Issuer,
            Subject = answer.Subject,
            Groups = [.. approvers.Groups],
            Roles = [.. approvers.Roles],
            AuthenticationContext = answer.SignIn.Text("acr"),
            AuthenticationMethods = answer.SignIn.Texts("amr"),
            IssuedAt = answer.SignedAt,
            ExpiresAt = answer.SignedAt + AnswerLife,
            Audiences = [],
            TokenHash = default,
        };
        return new AdministratorToken(answer.Issuer, answer.Subject, IsAdministrator: false)
        {
            Verified = person,
            Missing = StepUp.Missing(host.Snapshots.Current.Settings, person, AuthenticatedAt(answer), Now),
        };
    }

    // Threat: a sign-in in the future would count as recent without limit.
    private static DateTimeOffset? AuthenticatedAt(SignedAnswer answer) =>
        answer.SignIn.Date("auth_time") is { } at && at <= answer.SignedAt + ClockSkew ? at : null;
}
