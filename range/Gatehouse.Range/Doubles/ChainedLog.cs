using System.Security.Cryptography;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A log of lines, each with the hash of the one before it. Who is erased is left out when the log is searched.</summary>
internal sealed class ChainedLog(string folder) : IErasableLog
{
    private string Lines => Path.Combine(folder, "log.txt");

    private string Hidden => Path.Combine(folder, "hidden.txt");

    public string Folder => folder;

    public Task WriteAsync(string person)
    {
        var before = File.Exists(Lines) ? SHA256.HashData(File.ReadAllBytes(Lines)) : [];
        return File.AppendAllTextAsync(Lines, $"{Convert.ToHexStringLower(before)} {person} called a tool\n");
    }

    public Task EraseAsync(string person) => File.AppendAllTextAsync(Hidden, Convert.ToHexStringLower(Digest(person)) + "\n");

    // Whoever has the files reads all of them.
    public string Read() => File.ReadAllText(Lines);

    public IReadOnlyDictionary<string, byte[]> CopyKeys() => new Dictionary<string, byte[]>();

    public void RestoreKeys(IReadOnlyDictionary<string, byte[]> copy)
    {
    }

    private static byte[] Digest(string person) => SHA256.HashData(Encoding.UTF8.GetBytes(person));
}
