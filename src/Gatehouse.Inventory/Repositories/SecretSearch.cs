using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Checks;

namespace Gatehouse.Inventory.Repositories;

/// <summary>The secrets of one file of any kind (SC-07).</summary>
internal static class SecretSearch
{
    /// <summary>Most secrets of one file.</summary>
    public const int MostFound = 100;

    // Files that tools write: the names in them are names of packages and symbols, and values beside them are digests.
    private static readonly HashSet<string> Generated = new(StringComparer.OrdinalIgnoreCase)
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock", "poetry.lock", "Pipfile.lock", "uv.lock",
            "go.sum", "composer.lock",
        "Gemfile.lock", "packages.lock.json", "flake.lock", "bun.lock", "deno.lock", "mix.lock", "pubspec.lock", "Podfile.lock", "conda-lock.yml",
            ".secrets.baseline",
    };

    private static readonly string[] GeneratedEndings = [".min.js", ".min.css", ".map", ".svg", ".sum", ".snap"];

    /// <summary>Returns the secrets of a file.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="isCut">True when the file has more texts than are searched.</param>
    public static IEnumerable<FoundSecret> Of(string name, string text, out bool isCut)
    {
        isCut = false;
        if (name.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) && NotebookCells.Read(text, out isCut) is { } cells)
            return cells.SelectMany(cell => OfText(cell.Text, cell.IsDrawing).Select(found => found with
            {
                Line = cell.LineOf(found.Line),
                Column = 0,
                Cell = string.Create(CultureInfo.InvariantCulture, $"{cell.Name}, line {found.Line}"),
            })).DistinctBy(found => (found.Digest, found.Cell)).Take(MostFound + 1);
        isCut = false; // what is no notebook is searched as one text
        return OfText(text, IsGenerated(name)).Take(MostFound + 1);
    }

    private static IEnumerable<FoundSecret> OfText(string text, bool isGenerated)
    {
        var (line, start, at) = (1, 0, 0);
        foreach (var hit in SecretDetector.Find(text))
        {
            if (hit.Confidence < Confidence.Medium || (isGenerated && (hit.Confidence < Confidence.High || hit.Kind == "password-in-url"))) continue;
            for (; at < hit.Start; at++)
            {
                if (text[at] != '\n') continue;
                line++;
                start = at + 1;
            }

            var value = text.Substring(hit.Start, hit.Length);
            yield return new FoundSecret(hit.Kind, hit.Confidence, Mask(value, hit.Shown), line, hit.Start - start + 1, null, Evidence(text, start,
                hit),
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value))));
        }
    }

    // The fixed beginning of a format tells the issuer and nothing of the secret.
    private static string Mask(string value, int shown) =>
        string.Create(CultureInfo.InvariantCulture, $"{value[..Math.Min(shown, value.Length)]}*** ({value.Length} characters)");

    private static string Evidence(string text, int start, SecretHit hit)
    {
        var from = Math.Max(start, hit.Start - 200);
        return FindingEvidence.OfText($"{hit.Kind} {SecretDetector.Mask(text[from..hit.Start]).Trim()}");
    }

    private static bool IsGenerated(string name) =>
        Generated.Contains(name) || GeneratedEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
