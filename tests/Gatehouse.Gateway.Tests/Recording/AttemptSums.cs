using System.Text.Json;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The attempts to authenticate that a log records: each is in one entry, by itself or counted.</summary>
internal static class AttemptSums
{
    /// <summary>Returns the number of attempts by place, outcome and reason, such as <c>mcp deny Expired</c>.</summary>
    public static SortedDictionary<string, long> Of(IEnumerable<JsonElement> entries)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!entry.TryGetProperty("attempts", out var attempts)) continue;
            // Each has a source: its caller, or who was at the other end.
            Assert.True(entry.TryGetProperty("iss", out _) || entry.GetProperty("peer").GetString()!.Length > 0, entry.GetRawText());
            foreach (var attempt in attempts.EnumerateArray())
            {
                var name = $"{attempt.GetProperty("place").GetString()} {attempt.GetProperty("outcome").GetString()} {(attempt.TryGetProperty("reason", out var reason) ? reason.GetString() : "")}";
                sums[name.TrimEnd()] = sums.GetValueOrDefault(name.TrimEnd()) + (attempt.TryGetProperty("count", out var count) ? count.GetInt64() : 1);
            }
        }

        return sums;
    }

    /// <summary>Closes a gateway, and returns the number of attempts in its log.</summary>
    public static async Task<SortedDictionary<string, long>> CloseAsync(TestGateway gateway)
    {
        await gateway.Host.DisposeAsync();
        var sums = Of(gateway.Entries());
        Assert.DoesNotContain(sums.Keys, name => name.EndsWith(" other", StringComparison.Ordinal)); // each reason is in the closed list
        return sums;
    }
}
