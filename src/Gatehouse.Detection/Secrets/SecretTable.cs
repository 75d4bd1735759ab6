namespace Gatehouse.Detection.Secrets;

/// <summary>Reads the tables of this folder, which are resources of the assembly.</summary>
internal static class SecretTable
{
    /// <summary>Returns the rows of a table, without empty lines and comments.</summary>
    /// <param name="name">Name of the resource.</param>
    public static IReadOnlyList<string> Rows(string name)
    {
        using var stream = typeof(SecretTable).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
