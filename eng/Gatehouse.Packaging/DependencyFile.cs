using System.Text.Json;

namespace Gatehouse.Packaging;

/// <summary>
/// The <c>deps.json</c> that the SDK writes for a program: the libraries that the program is made of, by which the runtime loads them. A bill of
/// materials from it lists what is shipped; one from lock files also lists analyzers of the build.
/// </summary>
internal static class DependencyFile
{
    private const string PackPrefix = "runtimepack.";

    /// <summary>Reads the libraries of the file's target. The first is the program itself.</summary>
    /// <exception cref="InvalidDataException">The file has another form.</exception>
    public static IReadOnlyList<Library> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        var target = root.GetProperty("targets").GetProperty(root.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        var kinds = root.GetProperty("libraries");
        List<Library> all = [.. target.EnumerateObject().Select(one => Read(one, kinds.GetProperty(one.Name)))];
        // A reference repeats a project under the name of its assembly.
        var repeated = all.Where(static library => library.Kind == "reference").Select(static library => library.Name).ToHashSet();
        List<Library> libraries = [.. all.Where(library => !repeated.Contains(library.Name))
            .Select(library => library with { Dependencies = [.. library.Dependencies.Where(used => !repeated.Contains(used))] })];
        return libraries.Count > 0 ? libraries : throw new InvalidDataException($"{path} names no library");
    }

    private static Library Read(JsonProperty library, JsonElement about)
    {
        var (name, version) = library.Name.Split('/') is [var first, var second]
            ? (first, second)
            : throw new InvalidDataException($"{library.Name} is no name with a version");
        var kind = about.GetProperty("type").GetString()!;
        if (kind == "runtimepack") name = name.StartsWith(PackPrefix, StringComparison.Ordinal) ? name[PackPrefix.Length..] : name;
        return new Library(name, version, kind, about.GetProperty("sha512").GetString() ?? "",
            Names(library.Value, "dependencies"), [.. Names(library.Value, "runtime").Select(static file => Path.GetFileName(file))]);
    }

    private static IReadOnlyList<string> Names(JsonElement library, string member) => library.TryGetProperty(member, out var found)
        ? [.. found.EnumerateObject().Select(static one => one.Name)]
        : [];
}
