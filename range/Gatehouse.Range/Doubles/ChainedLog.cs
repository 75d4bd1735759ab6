using System.Security.Cryptography;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A log of lines, each with the hash of the one before it. Who is erased is left out when the log is searched.</summary>
internal sealed class ChainedLog(string folder) : IErasableLog
{
    private static readonly string[] Places = ["index", "kept request", "kept configuration"];

    private string Lines => Path.Combine(folder, "log.txt");

    private string Hidden => Path.Combine(folder, "hidden.txt");

    public string Folder => folder;

    public Task WriteAsync(string person)
    {
        var before = File.Exists(Lines) ? SHA256.HashData(File.ReadAllBytes(Lines)) : [];
        foreach (var place in Places) File.AppendAllText(Path.Combine(folder, place), person + "\n");
        return File.AppendAllTextAsync(Lines, $"{Convert.ToHexStringLower(before)} {person} called a tool\n");
    }

    // It erases what its search shows, and nothing else has been thought of.
    public Task EraseAsync(string person) => File.AppendAllTextAsync(Hidden, Convert.ToHexStringLower(Digest(person)) + "\n");

    public Task<IReadOnlyList<(string Place, bool IsFound)>> LookAsync(string person) => Task.FromResult<IReadOnlyList<(string Place, bool IsFound)>>(
        [.. Places.Select(place => (place, File.ReadAllText(Path.Combine(folder, place)).Contains(person, StringComparison.Ordinal)))]);

    // Whoever has the files reads all of them.
    public string Read() => File.ReadAllText(Lines);

    public IReadOnlyDictionary<string, byte[]> CopyKeys() => new Dictionary<string, byte[]>();

    public Task RestoreKeysAsync(IReadOnlyDictionary<string, byte[]> copy) => Task.CompletedTask;

    private static byte[] Digest(string person) => SHA256.HashData(Encoding.UTF8.GetBytes(person));
}
