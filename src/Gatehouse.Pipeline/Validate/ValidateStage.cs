using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Receipts;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Receipts;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The stage that requires one unambiguous message of a supported revision that agrees with its headers. Design rule 1: a message that passes is
/// forwarded in its original bytes; every other message is refused, never repaired.
/// </summary>
public sealed class ValidateStage : IStage
{
    private readonly ICatalogue catalogue;
    private readonly MisplacedTokenCheck findToken;
    private MessageLimits limits = MessageLimits.Default;

    /// <summary>Builds the stage.</summary>
    /// <param name="catalogue">The lists of servers.</param>
    public ValidateStage(ICatalogue catalogue) : this(catalogue, ClientTokens.Find)
    {
    }

    internal ValidateStage(ICatalogue catalogue, MisplacedTokenCheck findToken)
    {
        this.catalogue = catalogue;
        this.findToken = findToken;
    }

    /// <inheritdoc />
    public string Name => "validate";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.RefusalAfterSignIn is { } unfit) return StageOutcome.Deny(unfit);
        var outcome = await ValidateAsync(exchange, cancellation).ConfigureAwait(false);
        return outcome.Refusal is { RequestedRevision: not null }
            ? StageOutcome.Deny(await NameSupportedAsync(exchange, outcome.Refusal, cancellation).ConfigureAwait(false))
            : outcome;
    }

    private async ValueTask<StageOutcome> ValidateAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Source is null) return RevisionRule.Apply(exchange);
        var maxBytes = exchange.Server.RequestBytes;
        var bytes = await exchange.Source.ReadAsync(exchange.Partition ?? CallerPartition.Unknown, maxBytes, cancellation).ConfigureAwait(false);
        exchange.Record.BytesIn = bytes.Length;
        if (!MessageValidator.TryValidate(bytes, LimitsOf(maxBytes), out var message, out var failure))
            return StageOutcome.Deny(MessageFaultReasons.For(failure), $"{failure.Fault} at byte {failure.Position}");
        var isUnderstood = TryReadReceipt(exchange, ref message);
        if (findToken(exchange, message) is { } found) return RefuseToken(exchange, message, found); // before anything of the message is recorded
        if (!isUnderstood) return RefuseReceipt(exchange, message);
        Describe(exchange, message);
        if (RequestForms.Fault(message) is { } fault) return StageOutcome.Deny(fault);
        var outcome = RevisionRule.Apply(exchange);
        return outcome.Refusal is null && exchange.IsModern ? MirroredHeaderRule.Apply(exchange) : outcome;
    }

    // Most requests have the bound of the one before. Concurrent requests may each make an object, and either may stay.
    private MessageLimits LimitsOf(int maxBytes)
    {
        var known = limits;
        return known.MaxBytes == maxBytes ? known : limits = known with { MaxBytes = maxBytes };
    }

    // The member is the gateway's own: no server learns which of its callers keep evidence.
    private static bool TryReadReceipt(Exchange exchange, ref ValidatedMessage message)
    {
        if (ReceiptMember.IsAsked(message) is not { } isAsked) return false;
        if (!isAsked) return true;
        message = ReceiptMember.WithoutAsking(message);
        exchange.Receipt = new AskedReceipt(CallHash.DigestOf(message.Bytes));
        return true;
    }

    private static StageOutcome RefuseReceipt(Exchange exchange, ValidatedMessage message)
    {
        Describe(exchange, message);
        return StageOutcome.Deny(Reasons.ReceiptMalformed);
    }

    // The name and the URI are not recorded: either may hold the token. The message remains only so that the answer has its id, unless the id holds a
    // token.
    private static StageOutcome RefuseToken(Exchange exchange, ValidatedMessage message, string found)
    {
        if (!ClientTokens.IsInId(exchange, message)) exchange.Message = message;
        exchange.Method = ProtocolMethods.TryGet(message.Method, out var method) ? method : null;
        exchange.Record.Method = exchange.Method?.Name;
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, "misplaced-token", found));
        return StageOutcome.Deny(Reasons.TokenInMessage, found);
    }

    // T10: the server's own revisions, so that the client can choose one that will work.
    private async ValueTask<Refusal> NameSupportedAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation)
    {
        var profile = await catalogue.ProfileAsync(exchange.Server, exchange.Subject, cancellation).ConfigureAwait(false);
        return refusal with { SupportedRevisions = profile.Modern.Count > 0 ? profile.Modern : profile.Legacy };
    }

    internal static void Describe(Exchange exchange, ValidatedMessage message)
    {
        exchange.Message = message;
        var record = exchange.Record;
        record.Method = message.Method;
        exchange.Method = ProtocolMethods.TryGet(message.Method, out var method) ? method : null; // an edit may have changed the method
        // Threat: a caller adds a name beside the one that is asked for, and the log says that (CWE-117).
        var isCompletion = message.Method == "completion/complete";
        record.Name = isCompletion ? message.Text(EnvelopeMember.ParamsRefName) : message.Name;
        record.Uri = ResourceUri.WithoutQuery(!isCompletion ? message.Text(EnvelopeMember.ParamsUri)
            : message.Has(EnvelopeMember.ParamsRefUri) ? CompletionTemplate.Fill(message) ?? message.Text(EnvelopeMember.ParamsRefUri) : null);
    }
}
