using System.Security.Cryptography;
using System.Xml.Linq;

namespace Gatehouse.Packaging;

/// <summary>The folder into which NuGet unpacks packages, each beside the file that it came in.</summary>
/// <param name="root">The folder.</param>
internal sealed class PackageFolder(string root)
{
    /// <summary>The licence that a package states, as an SPDX expression.</summary>
    /// <exception cref="InvalidDataException">It states none.</exception>
    public string Licence(string name, string version)
    {
        var file = FileOf(name, version, ".nuspec", withVersion: false);
        var licence = XDocument.Load(file).Descendants().FirstOrDefault(static element => element.Name.LocalName == "license");
        if (licence?.Attribute("type")?.Value == "expression") return licence.Value;
        // Its address leads to the licence of Adobe's XMP toolkit, whose text is that of BSD-3-Clause.
        if (name == "XmpCore" && version == "6.1.10") return "BSD-3-Clause";
        // SPDX has an identifier for the public domain of SQLite.
        return name == "SQLite" && File.ReadAllText(Path.Join(Path.GetDirectoryName(file), licence?.Value))
            .Contains("SQLite is Public Domain", StringComparison.Ordinal)
            ? "blessing"
            : throw new InvalidDataException($"{name} {version} states no licence expression ({file}); a bill of materials needs one");
    }

    /// <summary>The SHA-512 of the package's file, as a registry serves it, in hexadecimal.</summary>
    public string Hash(string name, string version)
    {
        using var file = File.OpenRead(FileOf(name, version, ".nupkg", withVersion: true));
        return Convert.ToHexStringLower(SHA512.HashData(file));
    }

    private string FileOf(string name, string version, string ending, bool withVersion)
    {
        var id = name.ToLowerInvariant();
        var path = Path.Join(root, id, version, withVersion ? $"{id}.{version}{ending}" : id + ending);
        return File.Exists(path) ? path : throw new InvalidDataException($"{path} is missing: the package was not restored into this folder");
    }
}
