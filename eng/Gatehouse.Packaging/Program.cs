using Gatehouse.Packaging;

// Two steps of ./publish that the shell cannot do. Faults are one line on stderr and exit code 1.
try
{
    switch (args)
    {
        case ["normalize", var package, .. var rest]:
            NormalizedPackage.Normalize(package, new Options(rest).Timestamp("--time"));
            return 0;
        case ["sbom", .. var rest]:
            BomCommand.Run(new Options(rest));
            return 0;
        default:
            Console.Error.WriteLine("usage: gatehouse-packaging normalize PACKAGE --time SECONDS | sbom --kind archive|tool … (see ./publish)");
            return 2;
    }
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
{
    Console.Error.WriteLine($"gatehouse-packaging: {fault.Message}");
    return 1;
}
