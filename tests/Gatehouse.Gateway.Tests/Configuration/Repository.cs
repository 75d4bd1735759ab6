namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Finds files of the repository from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Join([Root, .. parts]);

    /// <summary>Compares with a file of the repository; with GATEHOUSE_UPDATE=1 writes it first.</summary>
    public static void AssertFile(string expected, params string[] parts)
    {
        var path = File(parts);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllText(path, expected);
        }

        Assert.True(System.IO.File.Exists(path), $"{path} is missing: run the tests with GATEHOUSE_UPDATE=1");
        Assert.Equal(expected, System.IO.File.ReadAllText(path));
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Join(at.FullName, "Gatehouse.slnx"))) return at.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
