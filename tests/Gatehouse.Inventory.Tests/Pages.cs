using System.Runtime.CompilerServices;

namespace Gatehouse.Inventory.Tests;

/// <summary>Files of the repository.</summary>
internal static class Pages
{
    public static string Root { get; } = Find();

    /// <summary>Compares with a file of the checkout; with GATEHOUSE_UPDATE=1 writes it first.</summary>
    /// <param name="path">The file, relative to the root.</param>
    /// <param name="text">The expected content.</param>
    /// <param name="test">The name of the test, for the remedy.</param>
    public static void RequireEqual(string path, string text, [CallerMemberName] string test = "")
    {
        var file = Path.Join(Root, path);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1") File.WriteAllText(file, text);
        GeneratedFile.RequireEqual(path, File.Exists(file) ? File.ReadAllText(file) : null, text, test);
    }

    public static string Read(string path) => File.ReadAllText(Path.Join(Root, path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Gatehouse.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("not within the repository");
    }
}
