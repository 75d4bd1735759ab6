using System.Text.Json;
using System.Xml.Linq;
using ModelContextProtocol.Server;

namespace Cases.Paths;

public sealed record ReadRequest(string Folder, string Name, int Lines);

public sealed class WriteRequest
{
    public string Path { get; set; } = "";

    public string Content { get; set; } = "";
}

public interface IStore
{
    string Load(string name);
}

public sealed class FileStore(string root) : IStore
{
    public string Load(string name) => File.ReadAllText(Path.Combine(root, name)); // finds GHA0002
}

public sealed class SafeStore
{
    private readonly string root = Path.GetFullPath("data") + Path.DirectorySeparatorChar;

    public string Load(string name)
    {
        var full = Path.GetFullPath(Path.Combine(root, name));
        if (!full.StartsWith(root, StringComparison.Ordinal)) throw new ArgumentException("outside of the folder");
        return File.ReadAllText(full);
    }
}

[McpServerToolType]
public sealed class Tools
{
    private const string Root = "/srv/data";
    private static readonly string Base = "/srv/data/";
    private static readonly string[] Allowed = ["readme.txt", "news.txt"];
    private readonly SafeStore safe = new();
    private string last = "";

    [McpServerTool]
    public static string Direct(string path) => File.ReadAllText(path); // finds GHA0002

    [McpServerTool]
    public static async Task<string> Combined(string name, CancellationToken cancellation) =>
        await File.ReadAllTextAsync(Path.Combine(Root, name), cancellation); // finds GHA0002

    [McpServerTool]
    public static string Interpolated(string name)
    {
        using var reader = new StreamReader($"{Root}/{name}.txt"); // finds GHA0002
        return reader.ReadToEnd();
    }

    [McpServerTool]
    public static void Written(WriteRequest request) => File.WriteAllText(request.Path, request.Content); // finds GHA0002

    [McpServerTool]
    public static string OfRecord(ReadRequest request)
    {
        var (folder, name, _) = request;
        return File.ReadAllText(folder + "/" + name); // finds GHA0002
    }

    [McpServerTool]
    public static string[] Listing(string folder = ".") => Directory.GetFiles(folder); // finds GHA0002

    [McpServerTool]
    public static string WithoutSeparator(string name)
    {
        var full = Path.GetFullPath(Path.Combine(Root, name));
        if (!full.StartsWith(Root, StringComparison.Ordinal)) return "outside";
        return File.ReadAllText(full); // finds GHA0002
    }

    [McpServerTool]
    public static string NotNormalized(string name)
    {
        var path = Path.Combine(Root, name);
        if (!path.StartsWith(Root + "/", StringComparison.Ordinal)) return "outside";
        return File.ReadAllText(path); // finds GHA0002
    }

    [McpServerTool]
    public static string HalfCheck(string name)
    {
        if (name.Contains("..")) return "not permitted";
        return File.ReadAllText(Path.Combine(Root, name)); // finds GHA0002
    }

    [McpServerTool]
    public static string Replaced(string name) => File.ReadAllText(Root + "/" + name.Replace("..", "")); // finds GHA0002

    [McpServerTool]
    public static long OfFileInfo(string path)
    {
        var file = new FileInfo(path);
        using var stream = file.OpenRead(); // finds GHA0002
        return stream.Length;
    }

    [McpServerTool]
    public static int Xml(string path) => XDocument.Load(path).Descendants().Count(); // finds GHA0002

    [McpServerTool]
    public void Remember(string name) => last = name;

    [McpServerTool]
    public string Remembered() => File.ReadAllText(last); // finds GHA0002

    [McpServerTool]
    public static string ThroughInterface(IStore store, string name) => store.Load(name);

    [McpServerTool]
    public static IEnumerable<string> Several(string[] names) => names.Select(name => File.ReadAllText(name)); // finds GHA0002

    [McpServerTool]
    public static string OfJson(JsonElement options)
    {
        var path = options.GetProperty("path").GetString()!;
        return File.ReadAllText(path); // finds GHA0002
    }

    [McpServerTool]
    public static string Local(string name)
    {
        return Read(name);

        static string Read(string path) => File.ReadAllText(path); // finds GHA0002
    }

    [McpServerTool]
    public static void Tried(string name)
    {
        var target = "";
        try
        {
            target = Path.Join(Root, name);
            _ = target.Length;
        }
        finally
        {
            File.Delete(target); // finds GHA0002
        }
    }

    [McpServerTool] // clean
    public static string Inside(string name)
    {
        var full = Path.GetFullPath(Path.Combine(Root, name));
        if (!full.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new ArgumentException("outside of the folder");
        return File.ReadAllText(full);
    }

    [McpServerTool] // clean
    public static string InsideOfBase(string name)
    {
        var full = Path.GetFullPath(name, Base);
        return full.StartsWith(Base, StringComparison.Ordinal) ? File.ReadAllText(full) : "outside";
    }

    [McpServerTool] // clean
    public static string Resolved(string name) => File.ReadAllText(Resolve(name));

    private static string Resolve(string name)
    {
        var root = Path.GetFullPath(Root);
        var full = Path.GetFullPath(Path.Combine(root, name));
        if (!full.StartsWith(root + "/", StringComparison.Ordinal)) throw new ArgumentException("outside of the folder");
        return full;
    }

    [McpServerTool] // clean
    public static string Question(string name)
    {
        var path = Path.Combine(Root, name);
        return IsInside(path) ? File.ReadAllText(path) : "outside";
    }

    private static bool IsInside(string path)
    {
        var full = Path.GetFullPath(path);
        return full.StartsWith(Root + "/", StringComparison.Ordinal);
    }

    [McpServerTool] // clean
    public static string Relative(string name)
    {
        var full = Path.GetFullPath(Path.Combine(Root, name));
        var relative = Path.GetRelativePath(Root, full);
        if (relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)) return "outside";
        return File.ReadAllText(full);
    }

    [McpServerTool] // clean
    public static string NameOnly(string name) => File.ReadAllText(Path.Combine(Root, Path.GetFileName(name)));

    [McpServerTool] // clean
    public static string NameChecked(string name)
    {
        if (Path.GetFileName(name) != name) return "a name without a folder";
        return File.ReadAllText(Path.Combine(Root, name));
    }

    [McpServerTool] // clean
    public static string NoSeparators(string name)
    {
        if (name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) return "a name without a folder";
        return File.ReadAllText(Path.Combine(Root, name));
    }

    [McpServerTool] // clean
    public static string BothChecks(string name)
    {
        if (name.Contains("..") || Path.IsPathRooted(name)) return "not permitted";
        return File.ReadAllText(Path.Combine(Root, name));
    }

    [McpServerTool] // clean
    public static string Listed(string name) => Allowed.Contains(name) ? File.ReadAllText(Root + "/" + name) : "unknown";

    [McpServerTool] // clean
    public static string ListedByAny(string name)
    {
        if (!Allowed.Any(known => known.Equals(name, StringComparison.Ordinal))) return "unknown";
        return File.ReadAllText(Root + "/" + name);
    }

    [McpServerTool] // clean
    public static string OfNumber(Guid id) => File.ReadAllText($"{Root}/{id}.json");

    [McpServerTool] // clean
    public static string OfMember(ReadRequest request) => File.ReadAllText($"{Root}/page-{request.Lines}.txt");

    [McpServerTool] // clean
    public static void ContentOnly(string content) => File.WriteAllText(Root + "/note.txt", content);

    [McpServerTool] // clean
    public static void TemporaryFile(string content)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, content);
    }

    [McpServerTool] // clean
    public string ByStore(string name) => safe.Load(name);

    [McpServerTool] // clean
    public static bool OnlyAsked(string name) => File.Exists(name);

    [McpServerTool] // clean
    public static string[] Filtered(string[] names) =>
        [.. names.Where(name => Allowed.Contains(name)).Select(name => File.ReadAllText(Root + "/" + name))];
}
