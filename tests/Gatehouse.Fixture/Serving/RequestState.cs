using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;

namespace Gatehouse.Fixture.Serving;

/// <summary>
/// The opaque state a client carries from one round of a call to the next: text, and a code over it that only this
/// process can make, so a changed state is noticed.
/// </summary>
internal sealed class RequestState
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public string Seal(string value) => $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(value))}.{Code(value)}";

    /// <summary>The sealed text; a state that was not sealed here is an error of the caller.</summary>
    public string Open(string state)
    {
        var parts = state.Split('.');
        if (parts.Length == 2 && Base64Url.IsValid(parts[0]))
        {
            var value = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
            if (Same(parts[1], Code(value))) return value;
        }

        throw new McpProtocolException("The request state is not one this server gave out.", McpErrorCode.InvalidParams);
    }

    private string Code(string value) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value)));

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
