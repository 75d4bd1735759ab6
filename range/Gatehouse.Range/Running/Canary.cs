using System.Security.Cryptography;

namespace Gatehouse.Range.Running;

/// <summary>
/// What an exploit is judged by: a secret that must not come back, and a file in which servers write what they executed.
/// </summary>
internal sealed class Canary(string folder)
{
    private readonly Lock gate = new();

    /// <summary>A secret of this run.</summary>
    public string Secret { get; } = "canary-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>The file that servers append to, one line for each thing they did.</summary>
    public string File { get; } = Path.Combine(folder, "canary.log");

    /// <summary>Everything that was done.</summary>
    public IReadOnlyList<string> Songs
    {
        get
        {
            lock (gate) return System.IO.File.Exists(File) ? System.IO.File.ReadAllLines(File) : [];
        }
    }

    /// <summary>Notes that something was done.</summary>
    public void Sing(string what)
    {
        lock (gate) System.IO.File.AppendAllText(File, what + "\n");
    }

    /// <summary>True when it was done, waiting a little for servers that act after they answer.</summary>
    public async Task<bool> SingsAsync(string what, TimeSpan? patience = null)
    {
        var end = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (Songs.Any(s => s.Contains(what, StringComparison.Ordinal))) return true;
            if (TimeProvider.System.GetElapsedTime(end) > (patience ?? TimeSpan.FromMilliseconds(400))) return false;
            await Task.Delay(20).ConfigureAwait(false);
        }
    }
}
