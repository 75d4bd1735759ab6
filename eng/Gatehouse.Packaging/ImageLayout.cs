using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Packaging;

/// <summary>
/// An image in a folder (OCI image layout 1.1). Bills of materials are attached as manifests with a <c>subject</c>, and signatures in the form of
/// cosign, so that registries, <c>oras</c> and <c>cosign</c> find both.
/// </summary>
internal sealed class ImageLayout
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private const string Bill = "application/vnd.cyclonedx+json";
    private const string RefName = "org.opencontainers.image.ref.name";

    private readonly string folder;
    private readonly JsonObject index;
    private readonly JsonObject image;

    private ImageLayout(string folder)
    {
        this.folder = folder;
        index = Read(Path.Join(folder, "index.json"));
        // The image itself is the first: what is attached comes behind it.
        image = Read(BlobOf(Digest(index["manifests"]![0]!)));
    }

    /// <summary>Returns the file of the manifest of an architecture.</summary>
    public static string ManifestFile(Options options)
    {
        var layout = new ImageLayout(options.Required("--layout"));
        return layout.BlobOf(Digest(layout.ManifestOf(options.Required("--architecture"))));
    }

    /// <summary>Attaches the bill of materials of an architecture.</summary>
    public static void Attach(Options options)
    {
        var layout = new ImageLayout(options.Required("--layout"));
        var architecture = options.Required("--architecture");
        var bill = layout.Put(File.ReadAllBytes(options.Required("--bill")), Bill);
        bill["annotations"] = new JsonObject { ["org.opencontainers.image.title"] = $"gatehouse-{architecture}.cdx.json" };
        var empty = layout.Put("{}"u8, "application/vnd.oci.empty.v1+json");
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["artifactType"] = Bill,
            ["config"] = empty,
            ["layers"] = new JsonArray(bill),
            ["subject"] = layout.ManifestOf(architecture).DeepClone(),
        };
        var descriptor = layout.Put(Bytes(manifest), Manifest);
        descriptor["artifactType"] = Bill;
        layout.Add(descriptor);
    }

    /// <summary>Signs the image as a whole, the manifest of each architecture, and the bills of materials.</summary>
    public static void Sign(Options options)
    {
        using var key = PrivateKey.Read(options.Required("--key"));
        var layout = new ImageLayout(options.Required("--layout"));
        var signed = layout.index["manifests"]!.AsArray().Concat(layout.image["manifests"]!.AsArray()).Select(static one => Digest(one!)).ToList();
        foreach (var digest in signed) layout.Sign(digest, key);
    }

    private void Sign(string digest, ECDsa key)
    {
        var payload = Bytes(new JsonObject
        {
            ["critical"] = new JsonObject
            {
                ["identity"] = new JsonObject { ["docker-reference"] = "gatehouse" },
                ["image"] = new JsonObject { ["docker-manifest-digest"] = digest },
                ["type"] = "cosign container image signature",
            },
            ["optional"] = null,
        });
        var layer = Put(payload, "application/vnd.dev.cosign.simplesigning.v1+json");
        layer["annotations"] = new JsonObject
        {
            ["dev.cosignproject.cosign/signature"] =
                Convert.ToBase64String(key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };
        var config = Put(Bytes(new JsonObject
        {
            ["architecture"] = "",
            ["os"] = "",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        }), "application/vnd.oci.image.config.v1+json");
        var descriptor = Put(Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["config"] = config,
            ["layers"] = new JsonArray(layer),
        }), Manifest);
        descriptor["annotations"] = new JsonObject { [RefName] = digest.Replace(':', '-') + ".sig" };
        Add(descriptor);
    }

    private JsonNode ManifestOf(string architecture) =>
        image["manifests"]!.AsArray().SingleOrDefault(one => one!["platform"]!["architecture"]!.GetValue<string>() == architecture)
        ?? throw new InvalidDataException($"{folder} has no image for {architecture}");

    private JsonObject Put(ReadOnlySpan<byte> content, string mediaType)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(Path.Join(folder, "blobs", "sha256", hash), content);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = "sha256:" + hash, ["size"] = content.Length };
    }

    private void Add(JsonObject descriptor)
    {
        index["manifests"]!.AsArray().Add(descriptor);
        File.WriteAllBytes(Path.Join(folder, "index.json"), Bytes(index));
    }

    private string BlobOf(string digest) => Path.Join(folder, "blobs", "sha256", digest["sha256:".Length..]);

    private static string Digest(JsonNode descriptor) => descriptor["digest"]!.GetValue<string>();

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    private static byte[] Bytes(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());
}
