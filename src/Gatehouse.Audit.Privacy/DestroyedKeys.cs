using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Files;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The list of keys that were destroyed, in a file beside the table of keys. The threat: the table is restored from a copy, and what was erased can
/// be read again. So the list is on stable storage before a key is removed, and is applied at every opening. It holds pseudonyms and months, and no
/// name.
/// </summary>
/// <remarks>
/// A table that was lost has keys that no list can name: who is erased meanwhile has none in the new table. So the list names the table of each
/// erasure, and an earlier table is not opened any more. A table that was made since the last erasure is named too.
/// </remarks>
internal sealed class DestroyedKeys
{
    // About two million keys. A longer list would not be read at the next start.
    private const int MostBytes = 64 << 20;

    // Lines of keys leave so much room: a table, and the keys of a class before a month, have a line of their own and can be added for long after.
    private const int KeptBytes = 1 << 20;
    private const long MostKeyBytes = MostBytes - KeptBytes;

    // 'key ' or 'table ' with a name of 22 letters and a line feed.
    private const int KeyLine = 27;
    private const int TableLine = 29;

    private static readonly string[] Beginnings = ["key ", "table ", "new ", "before "];

    private readonly string path;
    private long length; // of the file, in bytes
    private HashSet<string>? tables; // that of the last erasure, and those that were made since

    private DestroyedKeys(string path) => this.path = path;

    /// <summary>The room that is left for keys, in percent of that of an empty list: 0 to 100.</summary>
    public int RoomPercent => (int)(100 * Math.Max(0, MostKeyBytes - length) / MostKeyBytes);

    /// <summary>A digest of the list: another one after each change.</summary>
    public string State { get; private set; } = "";

    /// <summary>The pseudonyms of keys that were destroyed one by one.</summary>
    public HashSet<string> Pseudonyms { get; } = new(StringComparer.Ordinal);

    /// <summary>For each class the month before which all keys were destroyed.</summary>
    public Dictionary<EntryClass, int> Before { get; } = [];

    /// <summary>Reads the list; an absent file is an empty one.</summary>
    /// <exception cref="IOException">It cannot be read, is no regular file or larger than 64 MiB, or has a line that is none of the list.</exception>
    public static DestroyedKeys Read(string path)
    {
        var list = new DestroyedKeys(path);
        string text;
        try
        {
            text = RegularFile.ReadText(path, MostBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return list;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        (list.length, list.State) = (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++) list.Take(lines[i], i + 1); // what has no end was being written when the process ended
        return list;
    }

    /// <summary>
    /// Returns where there is room for so many keys. An erasure asks before it begins. The keys that its person gets while it runs are few, and may
    /// take of the room that is kept, so that it does not fail in the middle.
    /// </summary>
    /// <exception cref="DestroyedKeysFullException">There is none.</exception>
    public void RequireRoom(int count)
    {
        var file = new FileInfo(path);
        if ((file.Exists ? file.Length : 0) + ((long)count * KeyLine) + TableLine > MostKeyBytes) throw Full();
    }

    /// <summary>Adds pseudonyms of a table; they are on stable storage when this returns.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="pseudonyms">The pseudonyms; none for a person who has no key in this table.</param>
    /// <param name="hasBegun">True for an erasure that had room when it began: it may take of the room that is kept.</param>
    /// <exception cref="DestroyedKeysFullException">The list has no room for them; nothing was added.</exception>
    /// <exception cref="IOException">They could not be added.</exception>
    public void Add(string table, IReadOnlyCollection<string> pseudonyms, bool hasBegun)
    {
        List<string> lines = [.. pseudonyms.Select(one => $"key {one}")];
        if (tables is not { Count: 1 } || !tables.Contains(table)) lines.Insert(0, $"table {table}");
        if (lines.Count == 0) return;
        Append(lines, pseudonyms.Count > 0 && !hasBegun ? MostKeyBytes : MostBytes);
        tables = [table];
        Pseudonyms.UnionWith(pseudonyms);
    }

    /// <summary>Adds a table that is made now, without a key.</summary>
    /// <exception cref="IOException">It could not be added.</exception>
    public void AddNew(string table)
    {
        if (tables is null) return;
        Append([$"new {table}"]);
        tables.Add(table);
    }

    /// <summary>Returns whether a table may be opened: no person was erased in a later one.</summary>
    public bool MayOpen(string table) => tables?.Contains(table) != false;

    /// <summary>Adds all keys of a class before a month.</summary>
    /// <exception cref="IOException">They could not be added.</exception>
    public void AddBefore(EntryClass entryClass, int month)
    {
        if (Before.GetValueOrDefault(entryClass) >= month) return;
        Append([string.Create(CultureInfo.InvariantCulture, $"before {(int)entryClass} {month}")]);
        Before[entryClass] = month;
    }

    // A line that was begun by an earlier process has no end: the new lines begin behind one.
    private void Append(IReadOnlyList<string> lines, long largest = MostBytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        var isTorn = false;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            isTorn = file.ReadByte() != '\n';
        }

        var bytes = Encoding.ASCII.GetBytes((isTorn ? "\n" : "") + string.Concat(lines.Select(line => line + "\n")));
        if (file.Length + bytes.Length > largest) throw Full();
        file.Seek(0, SeekOrigin.End);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        // The name of a new file is not on stable storage with its bytes: a loss of power would take the first erasure back.
        if (file.Length == bytes.Length && !PosixFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!))
            throw new IOException($"{path} was written, and its name could not be brought to the disk");
        length = file.Length;
        file.Seek(0, SeekOrigin.Begin);
        State = Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private DestroyedKeysFullException Full() => new($"{path} has no room for more keys (64 MiB), so no key was destroyed");

    private void Take(string line, int number)
    {
        var words = line.Split(' ');
        if (words is ["key", { Length: 22 } pseudonym] && Base64Url.IsValid(pseudonym)) Pseudonyms.Add(pseudonym);
        else if (words is ["table", { Length: 22 } table] && Base64Url.IsValid(table)) tables = [table];
        else if (words is ["new", { Length: 22 } made] && Base64Url.IsValid(made)) (tables ??= []).Add(made);
        else if (words is ["before", var text, var month] && int.TryParse(text, CultureInfo.InvariantCulture, out var entryClass)
            && int.TryParse(month, CultureInfo.InvariantCulture, out var before))
            Before[(EntryClass)entryClass] = Math.Max(before, Before.GetValueOrDefault((EntryClass)entryClass));
        else if (!IsTorn(line)) throw new IOException($"{path}, line {number}: this is no line of the list of destroyed keys. Put the file back from a copy.");
    }

    // The beginning of a line. One that is whole and wrong is damage: a key that it named would be opened again.
    private static bool IsTorn(string line) => Beginnings.Any(one =>
        one.StartsWith(line, StringComparison.Ordinal) || (line.StartsWith(one, StringComparison.Ordinal) && IsTornValue(line[one.Length..], one)));

    private static bool IsTornValue(string value, string beginning) => beginning == "before "
        ? value.All(character => char.IsAsciiDigit(character) || character == ' ') && value.Count(' ') <= 1
        : value.Length < 22 && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
