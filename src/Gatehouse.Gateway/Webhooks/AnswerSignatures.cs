using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// The check of the signature of an answer: a compact JWS (RFC 7515 §7.1) with a type of its own, by a key that the configuration names for that
/// webhook.
/// </summary>
/// <remarks>
/// Threat: a program that sees notifications, such as an agent that reads mail, chat or pages, answers in the person's place. It has everything that
/// was sent out, and no key. Threat: the message chooses how it is verified (RFC 8725 §2.1, §3.1): each key has one algorithm, and <c>none</c> and
/// HMAC are no algorithms here.
/// </remarks>
internal class AnswerSignatures
{
    /// <summary>The type of an answer (RFC 8725 §3.11): no token of an issuer, and no other JWS that a key may have signed, has it.</summary>
    public const string Type = "gatehouse-approval-answer+jwt";

    /// <summary>The name under which a host composes it.</summary>
    public static PartName<AnswerSignatures> Part { get; } = new("approvals/webhook-signatures");

    /// <summary>Verifies an answer.</summary>
    /// <param name="webhook">The webhook to whose address it came.</param>
    /// <param name="body">The JWS.</param>
    /// <param name="fault">The fault where it does not hold; null where it does.</param>
    /// <returns>The payload, with the people of the key; null where it does not hold.</returns>
    public virtual SignedPayload? Verify(ApprovalWebhookSettings webhook, ReadOnlySpan<byte> body, out TokenRefusal? fault)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        fault = null;
        if (CompactJws.TryRead(body, out var jws) is { } refusal) return None(refusal, out fault);
        if (jws!.Header.Type != Type) return None(TokenRefusal.TypeMismatch, out fault);
        if (SignatureAlgorithm.Find(jws.Header.Algorithm) is not { } algorithm) return None(TokenRefusal.AlgorithmNotAllowed, out fault);
        var isKnown = false;
        foreach (var entry in webhook.Approvers)
        {
            foreach (var key in entry.Keys)
            {
                if (key.Algorithm != algorithm.Name || (jws.Header.KeyId is { } kid && kid != key.Thumbprint)) continue;
                isKnown = true;
                if (jws.IsSignedBy(body, key.Key, algorithm)) return new SignedPayload(jws.Payload, entry);
            }
        }

        return None(isKnown ? TokenRefusal.SignatureInvalid : TokenRefusal.UnknownKey, out fault);
    }

    private static SignedPayload? None(TokenRefusal refusal, out TokenRefusal? fault)
    {
        fault = refusal;
        return null;
    }
}

/// <summary>The payload of an answer whose signature holds.</summary>
/// <param name="Claims">The payload.</param>
/// <param name="Approvers">The people of its key.</param>
internal sealed record SignedPayload(ReadOnlyMemory<byte> Claims, WebhookApprovers Approvers);
