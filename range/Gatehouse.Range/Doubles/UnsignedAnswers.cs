using System.Buffers.Text;
using System.Text;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes each answer for one of the people of the webhook, whoever signed it.</summary>
internal sealed class UnsignedAnswers : AnswerSignatures
{
    public override SignedPayload? Verify(ApprovalWebhookSettings webhook, ReadOnlySpan<byte> body, out TokenRefusal? fault)
    {
        fault = null;
        var parts = Encoding.ASCII.GetString(body).Split('.');
        return parts.Length == 3 ? new SignedPayload(Base64Url.DecodeFromChars(parts[1]), webhook.Approvers[0]) : null;
    }
}
