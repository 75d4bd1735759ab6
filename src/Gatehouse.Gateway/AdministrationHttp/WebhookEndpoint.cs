using System.Security.Cryptography;
using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>
/// Signed answers of webhooks: <c>POST /v1/webhooks/NAME/answers</c> with one compact JWS. An answer becomes the same act as one with a token, and
/// goes through the same <see cref="AdministrationService"/>.
/// </summary>
/// <remarks>
/// Threat: whatever was sent out comes back as an answer. No member of an answer is read before its signature holds. Every body without a good
/// signature gets the same refusal, so that a stranger learns nothing about webhooks, keys, people or questions.
/// </remarks>
/// <param name="host">The host.</param>
internal sealed class WebhookEndpoint(GatewayHost host)
{
    /// <summary>The most answers in a minute to all webhooks. One address block gets <c>limits.callerShare</c> percent.</summary>
    public const int MostAnswersPerMinute = 600;

    private const string Prefix = "/v1/webhooks/";
    private const string Suffix = "/answers";

    private readonly AdministrationService administration = GatewayAdministration.Of(host);
    private readonly StrangerRate rate = new(MostAnswersPerMinute, host.Core.Services.CallerShare, host.Core.Services.Options.Time);
    private readonly WebhookPeople people = new(host);

    private WebhookParts Parts => host.Core.Services.Webhooks;

    /// <summary>Returns whether a request has an address of signed answers.</summary>
    public static bool IsFor(HttpRequest request) => NameOf(request).Length > 0;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="peer">The address block of the peer.</param>
    public async Task HandleAsync(HttpContext context, CallerPartition peer)
    {
        var name = NameOf(context.Request);
        var refusal = !HttpMethods.IsPost(context.Request.Method) ? ActionRefusal.WrongMethod
            : context.Request.QueryString.HasValue ? ActionRefusal.HasQuery
            : rate.TryTake(peer) ? null : ActionRefusal.TooManyRequests;
        var body = ReadOnlyMemory<byte>.Empty;
        if (refusal is null) (body, refusal) = await RequestBody.ReadJoseAsync(context, host.Core.Services.Options.Time).ConfigureAwait(false);
        // Threat: the head comes before a reload that removes a key, and an answer by that key after it.
        var webhook = Parts.Webhook(name);
        // A name that only the request has is in no entry: whoever sends it chooses it.
        var stranger = AdministratorCredentials.OfWebhook(peer, webhook?.Name ?? "unknown", null);
        if (refusal is not null) await RefuseAsync(context, refusal, stranger).ConfigureAwait(false);
        else await AnswerAsync(context, webhook, body, stranger).ConfigureAwait(false);
    }

    private async Task AnswerAsync(
        HttpContext context, ApprovalWebhookSettings? webhook, ReadOnlyMemory<byte> body, AdministratorCredentials stranger)
    {
        TokenRefusal? fault = null;
        if (webhook is null || Parts.Signatures.Verify(webhook, body.Span, out fault) is not { } signed)
        {
            await RefuseAttemptAsync(context, ActionRefusal.InvalidAnswer(fault ?? TokenRefusal.UnknownKey), stranger).ConfigureAwait(false);
            return;
        }

        if (SignedAnswer.Read(signed.Claims, out var member) is not { } answer)
            await RefuseAttemptAsync(context, ActionRefusal.AnswerMembers(member), stranger).ConfigureAwait(false);
        else if (people.RefusalOf(answer, signed.Approvers) is { } refusal)
            await RefuseAttemptAsync(context, refusal, stranger).ConfigureAwait(false);
        else await ActAsync(context, webhook, answer, signed.Approvers, stranger).ConfigureAwait(false);
    }

    // A good signature does not prove the person: an answer of another time or person is a failed attempt to authenticate (ID-08).
    private Task RefuseAttemptAsync(HttpContext context, ActionRefusal refusal, AdministratorCredentials stranger)
    {
        administration.RefuseAttempt(stranger, refusal);
        return AdministrationReplies.WriteAsync(context, refusal, null);
    }

    private async Task ActAsync(
        HttpContext context, ApprovalWebhookSettings webhook, SignedAnswer answer, WebhookApprovers approvers, AdministratorCredentials stranger)
    {
        var credentials = AdministratorCredentials.OfWebhook(stranger.Network!.Value, webhook.Name, people.TokenOf(answer, approvers));
        if (Parts.Notices.TryTake(webhook, answer.Approval, answer.Nonce) is not { } notice)
        {
            var refusal = await RefusalOfOverAsync(webhook, answer, credentials).ConfigureAwait(false) ?? ActionRefusal.AnswerNonce;
            await RefuseAsync(context, refusal, credentials).ConfigureAwait(false);
            return;
        }

        var outcome = await TakeAsync(answer, notice, credentials).ConfigureAwait(false);
        if (outcome.Refusal is { } refused) await AdministrationReplies.WriteAsync(context, refused.ByWebhook(), null).ConfigureAwait(false);
        else
        {
            var row = answer.Grants ? ApprovalRows.Grant : ApprovalRows.Deny;
            await AdministrationReplies.WriteAsync(context, [outcome], row, null).ConfigureAwait(false);
        }
    }

    // A question that is over has no nonce any more. Whoever signs its digest was notified of it, and may know its state where the policy still lets
    // the person answer. Nothing is answered here, also where a clock that goes back opens the question again.
    private async Task<ActionRefusal?> RefusalOfOverAsync(ApprovalWebhookSettings webhook, SignedAnswer answer, AdministratorCredentials credentials)
    {
        var (services, now) = (host.Core.Services, host.Core.Services.Options.Time.GetUtcNow());
        try
        {
            if (await services.ApprovalBook.Reader.ShowAsync(answer.Approval, CancellationToken.None).ConfigureAwait(false)
                is not ({ Kind: ApprovalKind.Call } row, { } facts)) return null;
            var isTheirs = webhook.IsAbout(facts.Server) && credentials.Judged?.Token is { Missing: null, Verified: { } person }
                && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(answer.Digest), row.Digest.Span)
                && ApprovalRights.MayAnswer(services.Snapshots.Current, PolicySubjects.Of(person), facts, now);
            var isOpen = row.State == ApprovalState.Open && row.Expires > now;
            return isTheirs && !isOpen ? ActionRefusal.ApprovalOver(row.Id, ApprovalViews.StateOf(row, now)).ByWebhook() : null;
        }
        catch (StoreException)
        {
            return null; // refused in any case
        }
    }

    private async Task<ActionOutcome> TakeAsync(SignedAnswer answer, WebhookNotice notice, AdministratorCredentials credentials)
    {
        // What went out is what a person of this webhook was shown. The act compares it with what the answer names. It is not noted beside what
        // other ways showed: refused answers of people without a right would push that out.
        var act = new AnswerApproval(answer.Approval, answer.Grants, answer.Digest, answer.Shown, answer.Reason)
        {
            Sent = new SentText(notice.Shown!.Value, notice.SentAt!.Value, notice.IsWhole),
        };
        var outcome = await administration.DoAsync((AdministrativeAction)act, credentials).ConfigureAwait(false);
        // An answer that may have been stored has used its nonce.
        if (outcome.Refusal is { MayBeDone: false } refusal && refusal != ActionRefusal.AnswerNotRecorded) Parts.Notices.GiveBack(notice);
        else host.Core.Webhooks.Look(answer.Approval);
        return outcome;
    }

    private Task RefuseAsync(HttpContext context, ActionRefusal refusal, AdministratorCredentials credentials)
    {
        administration.Refuse(refusal, credentials);
        return AdministrationReplies.WriteAsync(context, refusal, null);
    }

    private static string NameOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !path.EndsWith(Suffix, StringComparison.Ordinal)) return "";
        var length = path.Length - Prefix.Length - Suffix.Length;
        return length > 0 && path.AsSpan(Prefix.Length, length).IndexOf('/') < 0 ? path.Substring(Prefix.Length, length) : "";
    }
}
