namespace Gatehouse.Range;

/// <summary>Honest uses that several exercises share.</summary>
internal static class Honest
{
    /// <summary>The honest user begins a session, calls <c>echo</c> and gets the text back.</summary>
    public static async Task<bool> EchoesAsync(Scene scene, string argument = "text")
    {
        const string said = "two lines\nand R&D; it's $5 \u2014 fine";
        var client = scene.As(Scene.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new Dictionary<string, string> { [argument] = said }).ConfigureAwait(false);
        return reply.Result(client.LastId)?.GetProperty("content")[0].GetProperty("text").GetString()?.EndsWith(said, StringComparison.Ordinal) == true;
    }
}
