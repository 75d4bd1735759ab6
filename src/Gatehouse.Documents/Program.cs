using System.Globalization;
using Gatehouse.Documents;
using Gatehouse.Documents.Formats;
using Gatehouse.Documents.Reading;

// gatehouse-documents [SECONDS]: one document on standard input, its texts on standard output.
var seconds = DocumentLimits.DefaultSeconds;
if (args is [var given]
    && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > DocumentLimits.MaxSeconds))
{
    Console.Error.WriteLine($"gatehouse-documents: seconds are 1 to {DocumentLimits.MaxSeconds}");
    return 2;
}

ProcessLimits.Lower(seconds);
using var input = Console.OpenStandardInput();
await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
// A tenth is left for the last line.
using var run = new Extraction(output, TimeSpan.FromSeconds(seconds * 0.9));
using var document = new MemoryStream();
var room = new byte[81_920];
while (await input.ReadAsync(room) is > 0 and var count)
{
    if (document.Length + count > DocumentLimits.MaxInput)
    {
        run.AddUnread("document", UnreadCause.TooLarge);
        run.End("document");
        return 0;
    }

    document.Write(room.AsSpan(0, count));
}

run.End(DocumentScope.Read(run, DocumentFormats.Of, document.GetBuffer().AsMemory(0, (int)document.Length)));
return 0;
