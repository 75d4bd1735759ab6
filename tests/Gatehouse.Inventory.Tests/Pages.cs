namespace Gatehouse.Inventory.Tests;

/// <summary>Files of the repository.</summary>
internal static class Pages
{
    public static string Root { get; } = Find();

    public static void RequireEqual(string path, string text)
    {
        var file = Path.Join(Root, path);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1") File.WriteAllText(file, text);
        Assert.Equal(text, File.Exists(file) ? File.ReadAllText(file) : null);
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
