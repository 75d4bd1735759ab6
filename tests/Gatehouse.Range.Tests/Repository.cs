using System.Runtime.CompilerServices;

namespace Gatehouse.Range.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>Sources under a folder, relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));

    /// <summary>Compares with a file of the checkout; with GATEHOUSE_UPDATE=1 writes it first.</summary>
    public static void RequireEqual(string relative, string generated, [CallerMemberName] string test = "")
    {
        var path = Path.Combine(Root, relative);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1") File.WriteAllText(path, generated);
        GeneratedFile.RequireEqual(relative, File.Exists(path) ? File.ReadAllText(path) : null, generated, test);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests must run from inside the checkout.");
        return folder.FullName;
    }
}
