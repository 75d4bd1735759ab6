namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Finds files of the repository from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Join([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Join(at.FullName, "Gatehouse.slnx"))) return at.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
