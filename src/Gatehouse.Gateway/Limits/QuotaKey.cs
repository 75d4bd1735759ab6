using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Limits;

/// <summary>The party that a rule counts; parts that the rule does not look at are null.</summary>
internal readonly record struct QuotaKey(string Rule, string? Issuer, string? Subject, string? Client, string? Server, string? Tool)
{
    public static QuotaKey Of(LimitRule rule, Exchange exchange, string? tool)
    {
        var subject = exchange.Subject!;
        var byCaller = rule.Per.HasFlag(LimitParties.Caller);
        var byClient = rule.Per.HasFlag(LimitParties.Client);
        return new QuotaKey(
            rule.Id,
            byCaller || byClient ? subject.Issuer : null,
            byCaller ? subject.Subject : null,
            byClient ? subject.ClientId ?? "" : null,
            rule.Per.HasFlag(LimitParties.Server) ? exchange.Server.Name : null,
            rule.Per.HasFlag(LimitParties.Tool) ? tool : null);
    }

    /// <summary>
    /// Returns the digest that replaces the party in the store, so that the store holds no names. The length comes before each part: no two parties
    /// spell the same bytes.
    /// </summary>
    public string Digest()
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        foreach (var part in (ReadOnlySpan<string?>)[Rule, Issuer, Subject, Client, Server, Tool])
        {
            writer.Write(part is not null);
            writer.Write(part ?? "");
        }

        writer.Flush();
        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
