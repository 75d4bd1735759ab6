using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Confirmations;

/// <summary>The form in which a client is asked to let the person open a page (MCP, client/elicitation, URL mode).</summary>
public static class VisitForm
{
    /// <summary>The code of the error that names pages to visit (MCP 2025-11-25).</summary>
    public const int ErrorCode = -32042;

    private const int IdDigits = 32;

    /// <summary>Returns the id of the visit, which is the same for the same address.</summary>
    public static string IdOf(RefusalVisit visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(visit.Url)))[..IdDigits];
    }

    /// <summary>Returns the <c>elicitations</c> of the error, as a JSON array.</summary>
    public static byte[] WriteElicitations(RefusalVisit visit) => [(byte)'[', .. WriteParameters(visit), (byte)']'];

    /// <summary>Returns the <c>inputRequests</c> of a result that asks for the visit (MCP 2026-07-28, multi round-trip requests).</summary>
    public static byte[] WriteInputRequests(RefusalVisit visit) =>
    [
        (byte)'{', .. JsonText.Encode(ConfirmationForm.KeyOf(IdOf(visit))), .. ":{\"method\":\"elicitation/create\",\"params\":"u8,
        .. WriteParameters(visit), .. "}}"u8,
    ];

    private static byte[] WriteParameters(RefusalVisit visit) =>
    [
        .. "{\"mode\":\"url\",\"elicitationId\":"u8, .. JsonText.Encode(IdOf(visit)), .. ",\"url\":"u8, .. JsonText.Encode(visit.Url),
        .. ",\"message\":"u8, .. JsonText.Encode(visit.Message), (byte)'}',
    ];
}
