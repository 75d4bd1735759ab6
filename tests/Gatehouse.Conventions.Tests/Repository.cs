using System.Diagnostics;

namespace Gatehouse.Conventions.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", ".tools", ".state", ".git", "node_modules", "bin", "obj", "TestResults", "shared"];

    public static string Root { get; } = FindRoot();

    /// <summary>True when generated files are to be written instead of compared.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1";

    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static bool Exists(string relative) => File.Exists(PathOf(relative)) || Directory.Exists(PathOf(relative));

    /// <summary>Files with the ending, relative to the root with forward slashes; build outputs and fetched software left out.</summary>
    public static IReadOnlyList<string> Files(string folder, string ending)
    {
        List<string> found = [];
        Collect(new DirectoryInfo(PathOf(folder)), ending, found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Markdown of the whole checkout.</summary>
    public static IReadOnlyList<string> Pages => Files("", ".md");

    /// <summary>Compares a generated file, or writes it when that is asked for.</summary>
    public static void RequireEqual(string relative, string generated)
    {
        if (Updates)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
            File.WriteAllText(PathOf(relative), generated);
            return;
        }

        GeneratedFile.RequireEqual(relative, File.Exists(PathOf(relative)) ? Read(relative) : null, generated, "conventions");
    }

    /// <summary>Fails with all faults at once.</summary>
    public static void RequireNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static void Collect(DirectoryInfo folder, string ending, List<string> found)
    {
        if (!folder.Exists) return;
        foreach (var file in folder.EnumerateFiles())
        {
            if (file.Name.EndsWith(ending, StringComparison.Ordinal)) found.Add(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'));
        }

        foreach (var child in folder.EnumerateDirectories())
        {
            if (!NotOurs.Contains(child.Name) && child.LinkTarget is null) Collect(child, ending, found);
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx"))) return folder.FullName;
        }

        throw new UnreachableException("the tests run from within the checkout");
    }
}
