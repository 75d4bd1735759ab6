using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the reading of documents in messages.</summary>
internal static class DocumentKeys
{
    private static readonly KeysOf<DocumentSettings> Key = new(new DocumentSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("documents", Section,
            "Documents in base64 in messages: PDF, Office, mail, HTML, archives, metadata of images. Their texts are judged as those of the message. "
                + "Without this section no document is read, and `GHS9022` says so.")
            { MayBeEmpty = true },
        Key.Place("documents.program", "Program that reads documents. It runs once for each document, without the environment of the gateway.",
            one => one.Program, (one, value) => one with { Program = value })
            with { Default = null, Derived = "`gatehouse-documents` in the folder `gatehouse-documents` beside the running program" },
        Key.Duration("documents.timeout", "Time for the documents of one message together. What is left then is unread.", "100ms", "60s",
            one => one.Timeout, (one, value) => one with { Timeout = value }),
        Key.Size("documents.maxBytes", "Largest document, decoded. A larger one is unread.", "1KiB", "64MiB",
            one => one.MaxBytes, (one, value) => one with { MaxBytes = value }) with { BelongsTo = BoundOwner.Answer },
        Key.Number("documents.parallel", "Maximum number of documents that are read concurrently. A caller gets half of them.", "1", "64",
            one => one.Parallel, (one, value) => one with { Parallel = value }),
    ];
}
