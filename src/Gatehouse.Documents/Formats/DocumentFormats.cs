using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Formats;

/// <summary>The formats that are read. The first that bytes have counts.</summary>
internal static class DocumentFormats
{
    private static readonly IDocumentFormat[] All =
    [
        new PdfFormat(),
        new OfficeFormat(),      // before archives: it is one
        new OldOfficeFormat(),
        new ImageFormat(),
        new CompressedFormat(),
        new ArchiveFormat(),
        new MailFormat(),        // the rest are texts
        new HtmlFormat(),
        new TextFormat(),
    ];

    /// <summary>Returns the format of bytes; <see cref="UnknownFormat"/> where they have none of these.</summary>
    public static IDocumentFormat Of(ReadOnlyMemory<byte> bytes) => Array.Find(All, one => one.Is(bytes)) ?? new UnknownFormat();
}
