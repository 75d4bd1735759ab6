using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Text;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// The requested part of the results (AuthZEN 1.0 §8.2). A page token is the position to continue from and a digest of the question and the
/// configuration. With another question or under another configuration it is refused. It holds no secret and gives no right.
/// </summary>
/// <param name="Start">The first result.</param>
/// <param name="Limit">Most results.</param>
/// <param name="Digest">Digest of the question.</param>
internal readonly record struct SearchPage(int Start, int Limit, string Digest)
{
    public static SearchPage Of(JsonElement root, long generation, int most)
    {
        var page = EvaluationJson.Part(root, "page");
        var digest = DigestOf(root, generation);
        var limit = most;
        if (page.ValueKind == JsonValueKind.Object && page.TryGetProperty("limit", out var asked))
        {
            if (asked.ValueKind != JsonValueKind.Number || !asked.TryGetInt32(out limit) || limit < 0)
                throw new InvalidEvaluationException("page.limit is no number from 0");
        }

        var token = EvaluationJson.Optional(page, "page", "token") ?? "";
        return new SearchPage(token.Length == 0 ? 0 : StartOf(token, digest), Math.Min(limit, most), digest);
    }

    public string TokenAt(int start) => string.Create(CultureInfo.InvariantCulture, $"{start}.{Digest}");

    private static int StartOf(string token, string digest)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && token[(dot + 1)..] == digest
            && int.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var start)) return start;
        throw new InvalidEvaluationException("page.token is not of this question, or the configuration is another one now");
    }

    private static string DigestOf(JsonElement root, long generation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(generation));
        foreach (var name in new[] { "subject", "action", "resource", "context" })
        {
            hash.AppendData(root.TryGetProperty(name, out var part) ? JsonSerializer.SerializeToUtf8Bytes(part, NodeJson.Default.JsonElement) : [0]);
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
