using System.Globalization;

namespace Gatehouse.Files;

/// <summary>A file has more bytes than its reader takes.</summary>
/// <param name="path">The file.</param>
/// <param name="largest">The most bytes that the reader takes.</param>
internal sealed class FileTooLargeException(string path, int largest)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"{path} is larger than {largest} bytes"));
