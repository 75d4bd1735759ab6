using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Packaging;

/// <summary>
/// A bill of materials in CycloneDX 1.6 (ECMA-424). The same inputs give the same bytes: the time is that of the commit, the serial number comes
/// from the hash of what is described, and lists are in order of their names.
/// </summary>
internal sealed class Bom
{
    private const string OwnLicence = "Apache-2.0";

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, JsonObject> components = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> dependencies = new(StringComparer.Ordinal);
    private readonly JsonObject subject;
    private readonly string serial;
    private readonly DateTimeOffset timestamp;

    /// <summary>A bill for one file.</summary>
    /// <param name="artifact">The file.</param>
    /// <param name="product">Its name, version and package URL.</param>
    /// <param name="commit">The commit it was built from.</param>
    /// <param name="timestamp">The time of the commit.</param>
    public Bom(Artifact artifact, PackageUrl product, string commit, DateTimeOffset timestamp)
    {
        this.timestamp = timestamp;
        serial = SerialNumber(artifact.Hash);
        subject = Component("application", product, OwnLicence, ("SHA-256", artifact.Hash));
        subject["properties"] = new JsonArray(Property("gatehouse:file", artifact.Name), Property("gatehouse:commit", commit));
        subject["components"] = new JsonArray();
        Subject = product.Text;
        dependencies[Subject] = new(StringComparer.Ordinal);
    }

    /// <summary>The reference of what the bill is about.</summary>
    public string Subject { get; }

    /// <summary>Adds a file that is a part of the product itself.</summary>
    public void AddFile(string name, string hash) => subject["components"]!.AsArray().Add(new JsonObject
    {
        ["type"] = "file",
        ["bom-ref"] = $"file:{name}",
        ["name"] = name,
        ["hashes"] = Hashes(("SHA-256", hash)),
    });

    /// <summary>Adds an assembly of this repository.</summary>
    public void AddFirstParty(PackageUrl url, string hash) => Add(Component("library", url, OwnLicence, ("SHA-256", hash)));

    /// <summary>Adds software of others.</summary>
    /// <param name="url">Its package URL.</param>
    /// <param name="licence">An SPDX expression.</param>
    /// <param name="algorithm">The algorithm of the hash, as CycloneDX names it.</param>
    /// <param name="hash">The hash in hexadecimal.</param>
    /// <param name="checksum">The hash in the lock file, where there is one.</param>
    public void AddThirdParty(PackageUrl url, string licence, string algorithm, string hash, string checksum = "")
    {
        var component = Component("library", url, licence, (algorithm, hash));
        if (checksum.Length > 0) component["properties"] = new JsonArray(Property("gatehouse:nuget:contentHash", checksum));
        Add(component);
    }

    /// <summary>Adds data of others that an assembly holds.</summary>
    public void AddData(PackageUrl url, string licence) => Add(Component("data", url, licence));

    /// <summary>Notes that one component depends on another. Both have to be added by the time of <see cref="Render"/>.</summary>
    public void AddDependency(string component, string dependency)
    {
        if (!dependencies.TryGetValue(component, out var all)) dependencies[component] = all = new(StringComparer.Ordinal);
        all.Add(dependency);
    }

    /// <summary>The bill as a document.</summary>
    /// <exception cref="InvalidDataException">A dependency names a component that was not added.</exception>
    public string Render()
    {
        var names = dependencies.SelectMany(static one => one.Value.Append(one.Key));
        if (names.FirstOrDefault(name => name != Subject && !components.ContainsKey(name)) is { } unknown)
            throw new InvalidDataException($"{unknown} is a dependency and no component");
        var bill = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = serial,
            ["version"] = 1,
            ["metadata"] = Metadata(),
            ["components"] = new JsonArray([.. components.Values]),
            ["dependencies"] = Dependencies(),
        };
        return bill.ToJsonString(Form) + "\n";
    }

    private static JsonObject Component(string type, PackageUrl url, string licence, params ReadOnlySpan<(string Algorithm, string Hash)> hashes)
    {
        var component = new JsonObject
        {
            ["type"] = type,
            ["bom-ref"] = url.Text,
            ["name"] = url.Name,
            ["version"] = url.Version,
        };
        if (hashes.Length > 0) component["hashes"] = Hashes(hashes);
        component["licenses"] = new JsonArray(Licence(licence));
        component["purl"] = url.Text;
        return component;
    }

    // One licence of the list of SPDX has an id. Several are an expression, and so is one that is not in the list.
    private static JsonObject Licence(string licence) => licence.Contains(' ', StringComparison.Ordinal) || licence.StartsWith("LicenseRef-", StringComparison.Ordinal)
        ? new JsonObject { ["expression"] = licence }
        : new JsonObject { ["license"] = new JsonObject { ["id"] = licence } };

    private static JsonArray Hashes(params ReadOnlySpan<(string Algorithm, string Hash)> hashes)
    {
        var all = new JsonArray();
        foreach (var (algorithm, hash) in hashes) all.Add(new JsonObject { ["alg"] = algorithm, ["content"] = hash });
        return all;
    }

    private static JsonObject Property(string name, string value) => new() { ["name"] = name, ["value"] = value };

    // A UUID of version 8 (RFC 9562): its bits are the program's own, here those of a hash.
    private static string SerialNumber(string hash)
    {
        var bits = SHA256.HashData(Encoding.UTF8.GetBytes($"gatehouse sbom {hash}"))[..16];
        bits[6] = (byte)((bits[6] & 0x0F) | 0x80);
        bits[8] = (byte)((bits[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bits, bigEndian: true)}";
    }

    private JsonObject Metadata() => new()
    {
        ["timestamp"] = timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["lifecycles"] = new JsonArray(new JsonObject { ["phase"] = "build" }),
        ["tools"] = new JsonObject
        {
            ["components"] = new JsonArray(new JsonObject
            {
                ["type"] = "application",
                ["name"] = "gatehouse-packaging",
                ["version"] = subject["version"]!.GetValue<string>(),
            }),
        },
        ["component"] = subject,
    };

    // Every component has a row, so that "depends on nothing" is said and not left open.
    private JsonArray Dependencies() => new([.. components.Keys.Prepend(Subject).Select(name => new JsonObject
    {
        ["ref"] = name,
        ["dependsOn"] = new JsonArray([.. (dependencies.GetValueOrDefault(name) ?? []).Select(static used => JsonValue.Create(used))]),
    })]);

    private void Add(JsonObject component) => components.Add(component["bom-ref"]!.GetValue<string>(), component);
}
