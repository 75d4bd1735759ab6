using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Honest uses that several exercises share.</summary>
internal static class Honest
{
    /// <summary>The honest user begins a session, calls <c>echo</c> and gets the text back.</summary>
    public static async Task<bool> EchoesAsync(AttackContext context, string argument = "text")
    {
        const string said = "two lines\nand R&D; it's $5 \u2014 fine";
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new Dictionary<string, string> { [argument] = said }).ConfigureAwait(false);
        return reply.Result(client.LastId)?.GetProperty("content")[0].GetProperty("text")
            .GetString()?.EndsWith(said, StringComparison.Ordinal) == true;
    }

    /// <summary>The honest user misses an answer and gets it by resuming her own stream.</summary>
    public static async Task<bool> ResumesAsync(AttackContext context, string argument)
    {
        const string missed = "what was missed";
        var owner = context.As(AttackContext.Victim);
        await owner.InitializeAsync().ConfigureAwait(false);
        var seen = (await owner.CallAsync("echo", new Dictionary<string, string> { [argument] = missed }).ConfigureAwait(false)).EventIds;
        if (seen.Count == 0) return false;
        owner.Patience = TimeSpan.FromSeconds(10);
        var reply = await owner.GetAsync(text => text.Contains(missed, StringComparison.Ordinal), ("Last-Event-ID", seen[0])).ConfigureAwait(false);
        return reply.Holds(missed);
    }
}
