using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

/// <summary><c>gatehouse version --json</c> names every format that has a version, by the constant of its reader and writer.</summary>
public sealed partial class FormatVersionTests
{
    // A model, and the rules for messages, are parts of the program that holds them, and of no other file.
    private static readonly string[] Inner = ["ModelCard.FormatVersion", "ContentCard.FormatVersion", "MessageRules.Version"];

    [Fact]
    public void EveryFormatVersion_IsNamedByTheCommand()
    {
        const string table = "src/Gatehouse.Cli/Output/BuildFacts.cs";
        var named = Repository.Read(table);
        Repository.RequireNone(
            from file in Repository.Files("src", ".cs")
            from Match match in Constant().Matches(Repository.Read(file))
            let constant = $"{Path.GetFileNameWithoutExtension(file)}.{match.Groups[1].Value}"
            where !Inner.Contains(constant) && !Forwards(constant) && !named.Contains(constant, StringComparison.Ordinal)
            select $"{file}: {constant} is not in {table}");
    }

    // The version of the key ring's file is public under the name of the ring.
    private static bool Forwards(string constant) =>
        Repository.Files("src", ".cs").Any(file => Repository.Read(file).Contains($"FormatVersion = {constant};", StringComparison.Ordinal));

    [GeneratedRegex(@"\bpublic const int (FormatVersion|ModelVersion|Version) =")]
    private static partial Regex Constant();
}
